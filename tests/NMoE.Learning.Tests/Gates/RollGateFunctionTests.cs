using System.Collections.Immutable;
using System.Runtime.InteropServices;
using NMoE.Chance;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Learning.Gates;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;
using NMoE.Learning.Tests.Metrics;
using NMoE.Learning.Training;

namespace NMoE.Learning.Tests.Gates;

public sealed class RollGateFunctionTests
{
    private static readonly ModelSpec Model = new(16, 10);

    /// <summary>round(p * rows) own labels, halves up; of the rest each other number as often as any other, or once more.</summary>
    [Theory]
    [InlineData(2500, 0.7, 1750, 83, 84)]
    [InlineData(10, 0.7, 7, 0, 1)]
    [InlineData(5, 0.5, 3, 0, 1)]
    [InlineData(90, 0.5, 45, 5, 5)]
    [InlineData(20, 1, 20, 0, 0)]
    public void The_share_of_own_labels_is_exact_and_the_others_are_even(int rows, double share, int own, int least, int most)
    {
        var labels = PseudoLabels.Draw(rows, 3, Experts(10), share, 5);
        Assert.Equal((rows, own), (labels.Length, labels.Count(label => label == 3)));
        var others = Experts(10).Remove(3).Select(other => labels.Count(label => label == other)).ToArray();
        Assert.Equal((least, most, rows - own), (others.Min(), others.Max(), others.Sum()));
    }

    [Fact]
    public void Labels_are_a_function_of_their_key_and_spread_over_rows_and_numbers()
    {
        var draws = Enumerable.Range(0, 4000).Select(key => PseudoLabels.Draw(10, 0, Experts(4), 0.5, (ulong)key)).ToArray();
        Assert.Equal(draws[7], PseudoLabels.Draw(10, 0, Experts(4), 0.5, 7));

        // Half of the labels are its own in each row; the five others are (2, 2, 1), so that each number has 5/3 of 10 in the mean.
        Assert.All(Enumerable.Range(0, 10), row => Assert.Equal(0.5, draws.Count(labels => labels[row] == 0) / 4000.0, 0.035));
        Assert.All(new[] { 1, 2, 3 }, other => Assert.Equal(5.0 / 3, draws.Average(labels => labels.Count(label => label == other)), 0.035));
    }

    [Fact]
    public void One_client_alone_labels_all_with_its_own_number()
    {
        Assert.All(PseudoLabels.Draw(9, 0, [0], 0.7, 1), label => Assert.Equal(0, label));
        var alone = Run(Parameters(1, 0), 1, Gate(1), Latents(9));
        Assert.Equal(0, alone.Metrics["loss"], 1e-9);
    }

    [Fact]
    public void A_gate_that_knows_nothing_loses_the_log_of_the_number_of_experts() =>
        Assert.Equal(Math.Log(3), Run(Parameters(3, 1) with { Epochs = 1, Batch = 30 }, 1, Gate(3), Latents(30)).Metrics["loss"], 1e-6);

    /// <summary>
    /// The loss is the cross-entropy of the pseudo-labels, here in double precision; Adam's first step goes against the sign of its gradient, which is taken by finite differences.
    /// </summary>
    [Fact]
    public void The_loss_and_the_way_of_the_first_step_are_those_of_double_precision()
    {
        const double small = 1e-6;
        var parameters = Parameters(3, 1) with { Epochs = 1, Batch = 12 };
        var draws = new Draws(2, (uint)DrawPurpose.Parameter, 0);
        double[] weights = [.. Enumerable.Range(0, 3 * Model.Latent).Select(_ => (double)(float)(draws.Next() - 0.5))];
        double[] latents = [.. Enumerable.Range(0, 12 * Model.Latent).Select(_ => (double)(float)draws.Next())];
        var labels = PseudoLabels.Draw(12, 1, Experts(3), 0.7, parameters.LabelKey);
        var output = Run(parameters, 1, Gate(3, weights), AnswerBlobs.Scores("latents", Model.Latent, Array.ConvertAll(latents, value => (float)value)));
        Assert.Equal(Entropy(weights, latents, labels), output.Metrics["loss"], 1e-5);

        var after = MemoryMarshal.Cast<byte, float>(SafeTensors.Read(output.Blobs[0])["weight"].Data.Span).ToArray();
        var compared = 0;
        for (var i = 0; i < weights.Length; i++)
        {
            var gradient = (Entropy(Moved(i, small), latents, labels) - Entropy(Moved(i, -small), latents, labels)) / (2 * small);
            if (Math.Abs(gradient) > 1e-5)
            {
                Assert.Equal(-Math.Sign(gradient) * parameters.LearningRate, after[i] - weights[i], (1e-3 * parameters.LearningRate) + 1e-7);
                compared++;
            }
        }

        Assert.True(compared > weights.Length / 2, "There was no gradient to compare.");

        double[] Moved(int place, double by) => [.. weights.Select((weight, i) => i == place ? weight + by : weight)];
    }

    /// <summary>Rows that have a dimension each can be learned by heart: what the gate then says of each is its label.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void The_gate_learns_the_labels_of_the_key_whatever_the_turns_seed(ulong seed)
    {
        var parameters = Parameters(3, 1);
        var learned = Run(parameters, seed, Gate(3), Latents(40)).Blobs[0];
        var routed = new RouteFunction().Run(new JobContext(
            LearningJob.Create(new RouteParameters(Model, "rollgate", 1, 3, 1, []), 0), [Latents(40), learned], CancellationToken.None));
        Assert.Equal(PseudoLabels.Draw(40, 1, Experts(3), 0.7, parameters.LabelKey), routed.Integers.Select(expert => (long)expert));
    }

    /// <summary>Latents that cannot be told apart: the gate says the majority's label, which is the last client's.</summary>
    [Fact]
    public void What_the_client_before_has_taught_is_forgotten()
    {
        var alike = AnswerBlobs.Scores("latents", Model.Latent, new float[20 * Model.Latent]);
        var first = Run(Parameters(3, 0), 1, Gate(3), alike).Blobs[0];
        var second = Run(Parameters(3, 2), 1, first, alike).Blobs[0];
        Assert.Equal([0, 2], new[] { first, second }.Select(gate => new RouteFunction().Run(new JobContext(
            LearningJob.Create(new RouteParameters(Model, "rollgate", 1, 3, 1, []), 0), [alike, gate], CancellationToken.None)).Integers[0]));
    }

    [Fact]
    public void Absent_experts_are_no_labels() =>
        Assert.Equal([1L, 4, 7], PseudoLabels.Draw(30, 4, [1, 4, 7], 0.5, 3).Distinct().Order());

    private static ImmutableArray<int> Experts(int count) => [.. Enumerable.Range(0, count)];

    private static RollGateParameters Parameters(int clients, int client) => new(Model, clients, Experts(clients), client, 0.7, 99, 0.05, 8, 40);

    /// <summary>Mean cross-entropy of s = h W, a row of D weights for each expert.</summary>
    private static double Entropy(double[] weights, double[] latents, long[] labels) => labels.Select((label, row) =>
    {
        var scores = weights.Chunk(Model.Latent).Select(of => of.Zip(latents.Skip(row * Model.Latent), (weight, latent) => weight * latent).Sum()).ToArray();
        return Math.Log(scores.Sum(score => Math.Exp(score - scores[label])));
    }).Average();

    private static ReadOnlyMemory<byte> Gate(int clients) => Gate(clients, new double[clients * Model.Latent]);

    private static ReadOnlyMemory<byte> Gate(int clients, double[] weights) => SafeTensors.Write(
    [
        new TensorBlob("bias", TensorType.F32, [clients], new byte[clients * sizeof(float)]),
        new TensorBlob("weight", TensorType.F32, [clients, Model.Latent], MemoryMarshal.AsBytes(Array.ConvertAll(weights, weight => (float)weight).AsSpan()).ToArray()),
    ]);

    private static ReadOnlyMemory<byte> Latents(int rows)
    {
        var values = new float[rows * Model.Latent];
        for (var row = 0; row < rows; row++)
        {
            values[(row * Model.Latent) + row] = 1;
        }

        return AnswerBlobs.Scores("latents", Model.Latent, values);
    }

    private static JobOutput Run(RollGateParameters parameters, ulong seed, ReadOnlyMemory<byte> gate, ReadOnlyMemory<byte> latents) =>
        new RollGateFunction().Run(new JobContext(LearningJob.Create(parameters, seed), [gate, latents], CancellationToken.None));
}
