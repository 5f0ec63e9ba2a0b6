using System.Runtime.InteropServices;
using NMoE.Chance;
using NMoE.Compute.Blobs;
using NMoE.Learning.Cost;
using NMoE.Learning.Gates;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;
using NMoE.Learning.Tests.Metrics;
using NMoE.Learning.Training;

namespace NMoE.Learning.Tests.Gates;

/// <summary>
/// A gate that sees random features beside the latents. Expert 0 of two is right where the two halves of a latent have the same sign, expert 1 elsewhere: no linear gate can tell them apart.
/// </summary>
public sealed class GateFeaturesTests
{
    private const int Rows = 600;
    private const int Experts = 2;
    private static readonly ModelSpec Model = new(16, 10);
    private static readonly RandomFeatures Features = new(Model.Latent, 42);
    private static readonly float[][] Latents = Drawn(Rows, 5);

    [Fact]
    public void It_tells_apart_what_no_linear_gate_can()
    {
        var unseen = Drawn(Rows, 6);

        Assert.InRange(Right(unseen, Route(Gate(null, Latents), 0, unseen)), 0.35, 0.65);
        Assert.InRange(Right(unseen, Route(Gate(Features, Latents), Features.Count, unseen)), 0.8, 1);
    }

    /// <summary>Fisher's discriminant of D + K numbers a row: the linear one of a wider model whose latents are z and max(0, a'z + c), worked out here row by row.</summary>
    [Fact]
    public void It_is_the_discriminant_of_latents_and_features()
    {
        var wide = new ModelSpec(32, 10);
        Assert.Equal(Model.Latent + Features.Count, wide.Latent);
        var seen = Array.ConvertAll(Latents, Seen);

        var linear = Scores(Discriminant(wide, null, [(Sums(wide, null, seen), Rows)]), wide.Latent, seen);
        AssertEqual(linear, Served(Gate(Features, Latents)));
    }

    [Fact]
    public void It_is_the_same_whoever_holds_which_sample()
    {
        var dealt = Latents.OrderBy(Best).ToArray();

        AssertEqual(Served(Gate(Features, Latents)), Served(Gate(Features, dealt[..100], dealt[100..400], dealt[400..])));
    }

    /// <summary>K directions of D numbers each a row, twice an addition and a multiplication of D + K by D + K and n; and the solution's cube.</summary>
    [Fact]
    public void What_it_costs_beyond_the_linear_one_is_counted()
    {
        Assert.Equal((2 * 10 * 384 * (384 + 5)) + (2 * 10 * 256 * 128), LearningCost.GateSums(Model, 5, 10, 256));
        Assert.Equal((10 * 2 * 384 * 5) + (2 * 10 * 256 * 128), LearningCost.Route(Model, 5, 10, 256));
        Assert.Equal((2.0 / 3 * 384 * 384 * 384) + (4 * 384 * 384 * 5), LearningCost.Discriminant(Model, 5, 256), 1e-6);
    }

    /// <summary>Sums travel in single precision, and scores are as exact as those allow: to a part in 500 of the largest.</summary>
    private static void AssertEqual(float[][] expected, float[][] actual)
    {
        var margins = expected.Select(row => row[0] - row[1]).ToArray();
        Assert.All(margins.Zip(actual), pair => Assert.Equal(pair.First, pair.Second[0] - pair.Second[1], margins.Max(Math.Abs) / 500));
    }

    /// <summary>What a gate's file gives the rows, by its own two layers.</summary>
    private static float[][] Served(ReadOnlyMemory<byte> gate)
    {
        var file = SafeTensors.Read(gate);
        return Scores(gate, Model.Latent + Features.Count, Array.ConvertAll(Latents, latent => (float[])
            [.. latent, .. Layer(Floats(file[GateLayout.HiddenWeight]), Floats(file[GateLayout.HiddenBias]), latent).Select(value => Math.Max(0, value))]));
    }

    private static int Best(float[] latent) => latent[0] * latent[Model.Latent / 2] > 0 ? 0 : 1;

    /// <summary>Each half is 1 or -1, with some noise.</summary>
    private static float[][] Drawn(int rows, ulong key)
    {
        var draws = new Draws(key, 1, 0);
        int Sign() => draws.Next() < 0.5 ? -1 : 1;
        return [.. Enumerable.Range(0, rows).Select(_ => new[] { Sign(), Sign() }).Select(
            signs => Enumerable.Range(0, Model.Latent).Select(d => (float)(signs[2 * d / Model.Latent] + (0.1 * draws.NextNormal()))).ToArray())];
    }

    private static float[] Seen(float[] latent)
    {
        var draws = new Draws(Features.Key, (uint)DrawPurpose.Parameter, 0);
        double[] Normals(int count) => [.. Enumerable.Range(0, count).Select(_ => draws.NextNormal())];
        var (mean, deviation) = Moments();
        var relative = latent.Select((value, d) => (value - mean[d]) / deviation[d]).ToArray();
        var directions = Normals(Features.Count * Model.Latent).Select(value => value / Math.Sqrt(Model.Latent)).ToArray();
        var offsets = Normals(Features.Count);
        return
        [
            .. relative.Select(value => (float)value),
            .. offsets.Select((offset, k) => (float)Math.Max(0, offset + relative.Select((value, d) => value * directions[(k * Model.Latent) + d]).Sum())),
        ];
    }

    private static (double[] Mean, double[] Deviation) Moments()
    {
        var mean = Enumerable.Range(0, Model.Latent).Select(d => Latents.Average(latent => (double)latent[d])).ToArray();
        return (mean, [.. mean.Select((at, d) => Math.Sqrt(Latents.Average(latent => (double)latent[d] * latent[d]) - (at * at) + 1e-5))]);
    }

    private static ReadOnlyMemory<byte> PooledMoments() =>
        AnswerBlobs.Run(new LatentMomentsFunction(), new LatentMomentsParameters(Model), File(Latents)).Blobs[0];

    private static ReadOnlyMemory<byte> Gate(RandomFeatures? features, params float[][][] clients) =>
        Discriminant(Model, features, [.. clients.Select(rows => (Sums(Model, features, rows), rows.Length))]);

    private static ReadOnlyMemory<byte> Discriminant(ModelSpec model, RandomFeatures? features, (ReadOnlyMemory<byte> Sums, int Rows)[] clients) => AnswerBlobs.Run(
        new DiscriminantFunction(), new DiscriminantParameters(model, Experts, [.. clients.Select(client => (double)client.Rows)]) { Features = features },
        [.. clients.Select(client => client.Sums), .. features is null ? [] : new[] { PooledMoments() }]).Blobs[0];

    private static ReadOnlyMemory<byte> Sums(ModelSpec model, RandomFeatures? features, float[][] rows)
    {
        // In the wide model a row begins with z, whose signs are those of h: the mean is near 0.
        ReadOnlyMemory<byte>[] opinions = [.. Enumerable.Range(0, Experts).Select(expert => AnswerBlobs.Scores(
            "logits", model.Classes, [.. rows.SelectMany(row => Enumerable.Range(0, model.Classes).Select(label => label == 0 && Best(row) == expert ? 8f : 0))]))];
        return AnswerBlobs.Run(
            new GateSumsFunction(), new GateSumsParameters(model, Experts, [0, 1]) { Features = features },
            [File(rows), AnswerBlobs.Shard(new long[rows.Length]), .. opinions, .. features is null ? [] : new[] { PooledMoments() }]).Blobs[0];
    }

    private static int[] Route(ReadOnlyMemory<byte> gate, int features, float[][] rows) =>
        [.. AnswerBlobs.Run(new RouteFunction(), new RouteParameters(Model, "fedgate", 0, Experts, 1, []) { Features = features }, File(rows), gate).Integers];

    private static double Right(float[][] rows, int[] chosen) => rows.Zip(chosen).Average(pair => Best(pair.First) == pair.Second ? 1.0 : 0);

    private static float[][] Scores(ReadOnlyMemory<byte> gate, int width, float[][] rows)
    {
        var file = SafeTensors.Read(gate);
        Assert.Equal(width * Experts, Floats(file["weight"]).Length);
        return [.. rows.Select(row => Layer(Floats(file["weight"]), Floats(file["bias"]), row))];
    }

    private static float[] Layer(float[] weight, float[] bias, float[] row) =>
        [.. bias.Select((start, k) => (float)(start + row.Select((value, d) => (double)value * weight[(k * row.Length) + d]).Sum()))];

    private static ReadOnlyMemory<byte> File(float[][] rows) => AnswerBlobs.Scores("latents", rows[0].Length, [.. rows.SelectMany(row => row)]);

    private static float[] Floats(TensorBlob blob) => MemoryMarshal.Cast<byte, float>(blob.Data.Span).ToArray();
}
