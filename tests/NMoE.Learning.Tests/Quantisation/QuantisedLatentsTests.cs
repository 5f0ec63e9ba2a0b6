using System.Runtime.InteropServices;
using NMoE.Chance;
using NMoE.Compute.Blobs;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;
using NMoE.Learning.Quantisation;
using NMoE.Learning.Tests.Metrics;
using NMoE.Learning.Training;

namespace NMoE.Learning.Tests.Quantisation;

public sealed class QuantisedLatentsTests
{
    private const int Columns = 512;
    private static readonly ModelSpec Model = new(64, 10);

    /// <summary>binary16 has 11 significant bits: the nearest is off by 2^-11 of a number from 2^-14 up, and by 2^-25 below.</summary>
    [Fact]
    public void Halves_are_off_by_half_a_unit_in_the_last_place_at_most()
    {
        var sent = Latents(40);
        var error = sent.Zip(RoundTrip(LatentPrecision.Fp16, sent), (exact, came) => Math.Abs((double)exact - came)).ToArray();
        Assert.All(sent.Zip(error), pair => Assert.True(pair.Second <= Math.Max(Math.Abs(pair.First) * Math.Pow(2, -11), Math.Pow(2, -25)), $"{pair}"));
        Assert.Contains(sent.Zip(error), pair => pair.Second > pair.First * Math.Pow(2, -13));
    }

    /// <summary>From 2048 to 4096 halves are the even numbers: 2049 lies between two, of which 2048 has the even significand, and of 2051's 2052 has.</summary>
    [Theory]
    [InlineData(2049f, 2048f)]
    [InlineData(2051f, 2052f)]
    [InlineData(2050.9f, 2050f)]
    [InlineData(0f, 0f)]
    [InlineData(65504f, 65504f)]
    [InlineData(5.9604645e-8f, 5.9604645e-8f)]
    [InlineData(2.9802322e-8f, 0f)]
    public void A_half_is_the_nearest_and_of_two_the_even_one(float sent, float came) =>
        Assert.Equal(came, RoundTrip(LatentPrecision.Fp16, [.. Enumerable.Repeat(sent, Columns)])[0]);

    /// <summary>Half of a 255th of the row's range; a float's own rounding of lowest number, step and sum comes on top.</summary>
    [Fact]
    public void Codes_are_off_by_half_a_step_of_their_rows_range_at_most()
    {
        var sent = Latents(40);
        var came = RoundTrip(LatentPrecision.Int8, sent);
        foreach (var (exact, rounded) in sent.Chunk(Columns).Zip(came.Chunk(Columns)))
        {
            var half = (exact.Max() - (double)exact.Min()) / 255 / 2;
            var errors = exact.Zip(rounded, (a, b) => Math.Abs((double)a - b)).ToArray();
            Assert.True(errors.Max() <= half + (exact.Max() * Math.Pow(2, -22)), $"{errors.Max()} is more than {half}.");
            Assert.True(errors.Max() > half * 0.9, "Finer than 256 steps can be.");
            Assert.Equal(exact.Min(), rounded.Min());
        }
    }

    /// <summary>0 to 255 in steps of 1: each is its own code, and what lies between is rounded to the nearest, ties to even.</summary>
    [Fact]
    public void A_code_is_the_nearest_of_256_even_steps()
    {
        float[] row = [0, 255, 1, 100.4f, 100.5f, 101.5f, 254.6f, .. new float[Columns - 7]];
        Assert.Equal([0, 255, 1, 100, 100, 102, 255], RoundTrip(LatentPrecision.Int8, row)[..7]);
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(1.1f)]
    [InlineData(-3f)]
    public void A_row_of_one_number_comes_back_exactly(float number)
    {
        float[] row = [.. Enumerable.Repeat(number, Columns)];
        Assert.Equal(row, RoundTrip(LatentPrecision.Int8, row));
    }

    /// <summary>A diverged model must not turn into plausible numbers on the way.</summary>
    [Theory]
    [InlineData(LatentPrecision.Int8, float.NaN)]
    [InlineData(LatentPrecision.Int8, float.PositiveInfinity)]
    [InlineData(LatentPrecision.Fp16, float.NaN)]
    [InlineData(LatentPrecision.Fp16, float.PositiveInfinity)]
    public void What_is_not_finite_stays_so_and_leaves_other_rows_alone(LatentPrecision precision, float wrong)
    {
        var sent = Latents(2);
        sent[3] = wrong;
        var came = RoundTrip(precision, sent);
        Assert.False(float.IsFinite(came[3]));
        Assert.All(came[Columns..], value => Assert.True(float.IsFinite(value)));
    }

    /// <summary>A row of 512: 2048, 1024 and 520 bytes. The file is that and a header.</summary>
    [Theory]
    [InlineData(LatentPrecision.Fp32, 2048)]
    [InlineData(LatentPrecision.Fp16, 1024)]
    [InlineData(LatentPrecision.Int8, 520)]
    public void A_row_takes_the_bytes_that_are_charged(LatentPrecision precision, int bytes)
    {
        Assert.Equal(bytes, QuantisedLatents.RowBytes(precision, Columns));
        if (precision != LatentPrecision.Fp32)
        {
            var tensors = SafeTensors.Read(Quantised(precision, Latents(7)));
            Assert.Equal(7 * bytes, tensors.Sum(tensor => tensor.Data.Length));
        }
    }

    [Fact]
    public void Exact_latents_are_not_quantised() =>
        Assert.Throws<InvalidDataException>(() => Quantised(LatentPrecision.Fp32, Latents(1)));

    [Fact]
    public void What_was_sent_otherwise_is_not_read() =>
        Assert.Throws<InvalidDataException>(() => Read(LatentPrecision.Int8, Quantised(LatentPrecision.Fp16, Latents(1))));

    /// <summary>Like means of ReLUs: from 0 up, many small; with rows of other ranges, and a few far below a half's normal numbers.</summary>
    private static float[] Latents(int rows)
    {
        var draws = new Draws(11, (uint)DrawPurpose.Parameter, 0);
        return [.. Enumerable.Range(0, rows * Columns).Select(i => (float)(Math.Pow(draws.Next(), 1 + (i / Columns % 9)) * (1 + (i / Columns))))];
    }

    private static float[] RoundTrip(LatentPrecision precision, float[] values) => Read(precision, Quantised(precision, values));

    private static ReadOnlyMemory<byte> Quantised(LatentPrecision precision, float[] values) => AnswerBlobs.Run(
        new QuantiseFunction(), new QuantiseParameters(Model, precision), AnswerBlobs.Scores("latents", Columns, values)).Blobs[0];

    private static float[] Read(LatentPrecision precision, ReadOnlyMemory<byte> sent) => MemoryMarshal.Cast<byte, float>(SafeTensors.Read(
        AnswerBlobs.Run(new DequantiseFunction(), new DequantiseParameters(Model, precision), sent).Blobs[0])["latents"].Data.Span).ToArray();
}
