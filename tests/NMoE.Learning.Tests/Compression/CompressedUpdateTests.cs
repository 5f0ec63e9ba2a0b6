using System.Collections.Immutable;
using System.Runtime.InteropServices;
using NMoE.Chance;
using NMoE.Compute.Blobs;
using NMoE.Learning.Compression;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;

namespace NMoE.Learning.Tests.Compression;

/// <summary>Updates of logistic regression with 10 classes on 64 latents: two tensors, 650 numbers.</summary>
public sealed class CompressedUpdateTests
{
    private const int Numbers = 650;
    private static readonly ModelSpec Model = new(64, 10) { Extractor = "mlp-64", Expert = "linear" };
    private static readonly ImmutableArray<ParameterShape> Layout = ParameterLayout.Of(Model, ModelPart.Expert, 0);

    public static TheoryData<UpdateForm, double> Forms => new()
    {
        { UpdateForm.Fp16, 1 }, { UpdateForm.Int8, 1 }, { UpdateForm.TopK, 0.01 }, { UpdateForm.TopK, 0.3 }, { UpdateForm.TopK, 1 }, { UpdateForm.RandomK, 0.01 }, { UpdateForm.RandomK, 0.3 },
    };

    /// <summary>650 numbers in two tensors (640 weights and 10 biases): two bytes each; one each and two floats a tensor; eight, and four, for each of the 7 that are a hundredth (6.5, to even).</summary>
    [Theory]
    [InlineData(UpdateForm.Fp16, 1300)]
    [InlineData(UpdateForm.Int8, 666)]
    [InlineData(UpdateForm.TopK, 48)]
    [InlineData(UpdateForm.RandomK, 24)]
    public void A_part_takes_the_bytes_of_its_numbers(UpdateForm form, int bytes)
    {
        var (travels, _) = Update(form, 0.01, 1).Compress(File(Row(1)), File(Row(2)), null);
        Assert.Equal(bytes, SafeTensors.Read(travels).Sum(tensor => tensor.Data.Length));
        Assert.Equal(travels.Length, CompressedUpdate.BytesOf(How(form, 0.01), ModelPart.Expert));
    }

    /// <summary>Of the changes 5, -7, 1 and 2 at four places two travel: -7 and 5. The rest waits: with a change of 1.5 where 1 was, 2.5 and 2 go next.</summary>
    [Fact]
    public void The_largest_travel_and_the_rest_is_added_to_the_next_change()
    {
        var start = File(new float[Numbers]);
        var (first, kept) = Update(UpdateForm.TopK, 2.0 / Numbers, 1).Compress(start, File(At((3, 5), (100, -7), (400, 1), (649, 2))), null);
        Assert.Equal(At((3, 5), (100, -7)), Values(Update(UpdateForm.TopK, 2.0 / Numbers, 1).Restore(start, first)));
        var (second, rest) = Update(UpdateForm.TopK, 2.0 / Numbers, 2).Compress(start, File(At((400, 1.5f), (5, 0.5f))), kept);
        Assert.Equal(At((400, 2.5f), (649, 2)), Values(Update(UpdateForm.TopK, 2.0 / Numbers, 2).Restore(start, second)));
        Assert.Equal(At((5, 0.5f)), MemoryMarshal.Cast<byte, float>(SafeTensors.Read(rest)["kept"].Data.Span).ToArray());
    }

    /// <summary>What was received over all rounds, and what is kept after the last, is what was trained; floats round once a step.</summary>
    [Theory]
    [MemberData(nameof(Forms))]
    public void What_is_sent_and_what_is_kept_sum_to_the_updates(UpdateForm form, double share)
    {
        var (trained, received) = (new double[Numbers], new double[Numbers]);
        ReadOnlyMemory<byte>? kept = null;
        for (var round = 1; round <= 6; round++)
        {
            var (start, end) = (Row(round), Row(100 + round));
            var update = Update(form, share, (ulong)round);
            var (travels, rest) = update.Compress(File(start), File(end), kept);
            var restored = Values(update.Restore(File(start), travels));
            for (var i = 0; i < Numbers; i++)
            {
                trained[i] += (double)end[i] - start[i];
                received[i] += (double)restored[i] - start[i];
            }

            kept = rest;
        }

        var left = MemoryMarshal.Cast<byte, float>(SafeTensors.Read(kept!.Value)["kept"].Data.Span).ToArray();
        Assert.All(Enumerable.Range(0, Numbers), i => Assert.Equal(trained[i], received[i] + left[i], 1e-5));
        Assert.True(share == 1 || left.Count(value => value != 0) > Numbers / 2, "Nothing was left out.");
    }

    [Fact]
    public void All_of_them_are_the_trained_model()
    {
        var update = Update(UpdateForm.TopK, 1, 1);
        var (start, end) = (Row(1), Row(2));
        Assert.All(Values(update.Restore(File(start), update.Compress(File(start), File(end), null).Travels)).Zip(end), pair => Assert.Equal(pair.Second, pair.First, 1e-6f));
    }

    /// <summary>Half a 255th of each tensor's range.</summary>
    [Fact]
    public void Codes_are_off_by_half_a_step_of_their_tensors_range_at_most()
    {
        var end = Row(2);
        var update = Update(UpdateForm.Int8, 1, 1);
        var start = File(new float[Numbers]);
        var came = Values(update.Restore(start, update.Compress(start, File(end), null).Travels));
        foreach (var tensor in new[] { ..640, 640.. })
        {
            var half = (end[tensor].Max() - (double)end[tensor].Min()) / 255 / 2;
            Assert.InRange(end[tensor].Zip(came[tensor], (exact, rounded) => Math.Abs((double)exact - rounded)).Max(), half * 0.5, half * 1.0001);
        }
    }

    /// <summary>Each of 650 places is drawn in about a tenth of 400 rounds: 40, with a standard deviation of 6.</summary>
    [Fact]
    public void Places_are_drawn_evenly_and_alike_at_both_ends()
    {
        var counts = new int[Numbers];
        var (start, end) = (File(new float[Numbers]), File([.. Enumerable.Repeat(1f, Numbers)]));
        for (ulong seed = 0; seed < 400; seed++)
        {
            var travels = Update(UpdateForm.RandomK, 0.1, seed).Compress(start, end, null).Travels;
            foreach (var (value, place) in Values(Update(UpdateForm.RandomK, 0.1, seed).Restore(start, travels)).Select((value, place) => (value, place)))
            {
                counts[place] += (int)value;
            }
        }

        Assert.Equal(400 * 65, counts.Sum());
        Assert.All(counts, count => Assert.InRange(count, 40 - 30, 40 + 30));
    }

    [Fact]
    public void Counters_come_as_they_were_trained()
    {
        var model = new ModelSpec(16, 10) { Norm = NormKind.Batch };
        var how = new CompressParameters(model, [ModelPart.Extractor], 0, UpdateForm.Int8, 1);
        var layout = ParameterLayout.Of(model, ModelPart.Extractor, 0);
        ReadOnlyMemory<byte> Model(long counter) => SafeTensors.Write(layout.Select(shape => new TensorBlob(
            shape.Name, shape.Role == ParameterRole.Counter ? TensorType.I64 : TensorType.F32, shape.Shape,
            shape.Role == ParameterRole.Counter ? BitConverter.GetBytes(counter) : new byte[shape.Count * sizeof(float)])));
        var update = new PartUpdate(how, ModelPart.Extractor, 1);
        var restored = SafeTensors.Read(update.Restore(Model(3), update.Compress(Model(3), Model(8), null).Travels));
        Assert.All(restored.Where(tensor => tensor.Type == TensorType.I64), tensor => Assert.Equal(8, BitConverter.ToInt64(tensor.Data.Span)));
        Assert.Contains(restored, tensor => tensor.Type == TensorType.I64);
    }

    /// <summary>Whoever trains may write anything: a place that is none is refused, and none beside it is read.</summary>
    [Theory]
    [InlineData(-1)]
    [InlineData(Numbers)]
    public void A_place_outside_the_part_is_refused(int place)
    {
        var travels = SafeTensors.Write(
            [new("places", TensorType.I32, [1], BitConverter.GetBytes(place)), new("update", TensorType.F32, [1], BitConverter.GetBytes(1f))]);
        Assert.Throws<InvalidDataException>(() => Update(UpdateForm.TopK, 0.001, 1).Restore(File(new float[Numbers]), travels));
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void An_update_of_a_larger_part_is_refused(UpdateForm form, double share)
    {
        var larger = new CompressParameters(Model with { Classes = 12 }, [ModelPart.Expert], 0, form, share);
        var layout = ParameterLayout.Of(larger.Model, ModelPart.Expert, 0);
        ReadOnlyMemory<byte> Part(float value) => SafeTensors.Write(layout.Select(shape => new TensorBlob(
            shape.Name, TensorType.F32, shape.Shape, MemoryMarshal.AsBytes<float>(Enumerable.Range(0, (int)shape.Count).Select(i => value * i).ToArray()).ToArray())));
        var (travels, _) = new PartUpdate(larger, ModelPart.Expert, 1).Compress(Part(0), Part(1), null);
        Assert.Throws<InvalidDataException>(() => Update(form, share, 1).Restore(File(new float[Numbers]), travels));
    }

    /// <summary>Beside a sort, with many that are equal: of those the first.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(37)]
    [InlineData(500)]
    [InlineData(999)]
    [InlineData(1000)]
    public void The_largest_are_those_that_a_stable_sort_puts_first(int count)
    {
        var draws = new Draws(5, 1, 2);
        float[] values = [.. Enumerable.Range(0, 1000).Select(_ => (float)Math.Round((draws.Next() - 0.5) * 40) * 0.37f)];
        Assert.Equal(values.Select((value, place) => (value, place)).OrderByDescending(pair => Math.Abs(pair.value)).Take(count).Select(pair => pair.place).Order(), Largest.Of(values, count));
    }

    /// <summary>A model comes down as what its form can say: the nearest of binary16, whose 11 bits are off by at most a part in 2048, or of 256 even steps, off by at most half of one. Packed again it is the same.</summary>
    [Theory]
    [InlineData(UpdateForm.Fp16)]
    [InlineData(UpdateForm.Int8)]
    public void A_packed_model_is_the_nearest_that_its_form_can_say(UpdateForm form)
    {
        var (update, row) = (Update(form, 1, 1), Row(4));
        var unpacked = update.Unpack(update.Pack(File(row)));
        var step = (row.Max() - row.Min()) / 255;
        Assert.All(Values(unpacked).Zip(row), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, form == UpdateForm.Fp16 ? Math.Abs(pair.Second) / 2048 : (step / 2) + 1e-6f));
        Assert.NotEqual(row, Values(unpacked));
        Assert.Equal(Values(unpacked), Values(update.Unpack(update.Pack(unpacked))));
    }

    private static CompressParameters How(UpdateForm form, double share) => new(Model, [ModelPart.Expert], 0, form, share);

    private static PartUpdate Update(UpdateForm form, double share, ulong seed) => new(How(form, share), ModelPart.Expert, seed);

    private static float[] Row(int seed)
    {
        var draws = new Draws((ulong)seed, 7, 0);
        return [.. Enumerable.Range(0, Numbers).Select(_ => (float)(draws.Next() - 0.5))];
    }

    private static float[] At(params (int Place, float Value)[] values)
    {
        var row = new float[Numbers];
        foreach (var (place, value) in values)
        {
            row[place] = value;
        }

        return row;
    }

    private static ReadOnlyMemory<byte> File(float[] numbers)
    {
        var at = 0;
        return SafeTensors.Write(Layout.Select(shape =>
        {
            var values = numbers[at..(at += (int)shape.Count)];
            return new TensorBlob(shape.Name, TensorType.F32, shape.Shape, MemoryMarshal.AsBytes<float>(values).ToArray());
        }).ToArray());
    }

    private static float[] Values(ReadOnlyMemory<byte> file)
    {
        var tensors = SafeTensors.Read(file);
        return [.. Layout.SelectMany(shape => MemoryMarshal.Cast<byte, float>(tensors[shape.Name].Data.Span).ToArray())];
    }
}
