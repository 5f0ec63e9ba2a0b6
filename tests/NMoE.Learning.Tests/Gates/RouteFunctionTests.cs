using System.Runtime.InteropServices;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Learning.Gates;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;

namespace NMoE.Learning.Tests.Gates;

public sealed class RouteFunctionTests
{
    private static readonly ModelSpec Model = new(16, 10);
    private static readonly ModelSpec Signal = Model with { Gate = Learning.Models.SignalGate.NameOf(SignalForm.Diag) };

    [Fact]
    public void The_two_best_scores_are_chosen_and_weighed_by_the_softmax_over_them()
    {
        var (chosen, weights) = Choices.TopK([1f, 3f, .5f, 2f], 4, 2);
        Assert.Equal([1, 3], chosen);
        Assert.Equal(.7310585786, weights[0], 5e-8);
        Assert.Equal(.2689414214, weights[1], 5e-8);
    }

    [Fact]
    public void All_experts_are_weighed_by_the_whole_softmax()
    {
        var (chosen, weights) = Choices.TopK([1f, 3f, .5f, 2f], 4, 4);
        double[] softmax = [.0853688935, .6307955432, .0517788513, .2320567119];
        Assert.Equal([1, 3, 0, 2], chosen);
        Assert.All(chosen.Zip(weights), pair => Assert.Equal(softmax[pair.First], pair.Second, 5e-8));
    }

    [Fact]
    public void Ties_go_to_the_lowest_index() =>
        Assert.Equal([0, 2], Choices.TopK([2f, 1f, 2f, 2f], 4, 2).Experts);

    [Theory]
    [InlineData("the highest score of sample 1 is NaN", 1f, 2f, float.NaN, 0f)]
    [InlineData("the highest score of sample 1 is NaN", 1f, 2f, 3f, float.NaN)]
    [InlineData("the highest score of sample 1 is -Infinity", 1f, 2f, float.NegativeInfinity, float.NegativeInfinity)]
    [InlineData("the highest score of sample 1 is Infinity", 1f, 2f, float.PositiveInfinity, 0f)]
    public void Scores_that_no_expert_can_be_chosen_by_are_refused(string problem, params float[] scores) => Assert.StartsWith(
        problem, Assert.Throws<InvalidDataException>(() => Choices.TopK(scores, 2, 1)).Message, StringComparison.OrdinalIgnoreCase);

    [Fact]
    public void An_expert_that_is_ruled_out_weighs_nothing()
    {
        var (chosen, weights) = Choices.TopK([float.NegativeInfinity, 3f], 2, 2);
        Assert.Equal([1, 0], chosen);
        Assert.Equal([1f, 0f], weights);
    }

    /// <summary>Uniform over all n, oneself included: each expert's share within 4 binomial standard errors of 1/n.</summary>
    [Fact]
    public void RanGate_draws_every_expert_equally_often()
    {
        const int rows = 20_000, clients = 7;
        var chosen = Run(Parameters("rangate", clients, 1), rows, 5);
        var error = Math.Sqrt((1.0 / clients) * (1 - (1.0 / clients)) / rows);
        Assert.All(Enumerable.Range(0, clients), expert =>
            Assert.Equal(1.0 / clients, chosen.Count(one => one == expert) / (double)rows, 4 * error));
    }

    [Fact]
    public void RanGate_draws_several_without_replacement() =>
        Assert.All(Run(Parameters("rangate", 5, 3), 500, 6).Chunk(3), row => Assert.Equal(3, row.Distinct().Count()));

    /// <summary>A given distribution: each expert's share within 4 binomial standard errors of its own.</summary>
    [Fact]
    public void RanGate_draws_by_a_given_distribution()
    {
        const int rows = 20_000;
        double[] shares = [5, 3, 0, 2];
        var chosen = Run(Parameters("rangate", 4, 1) with { Shares = [.. shares] }, rows, 5);
        Assert.All(Enumerable.Range(0, 4), expert =>
        {
            var share = shares[expert] / 10;
            Assert.Equal(share, chosen.Count(one => one == expert) / (double)rows, 4 * Math.Sqrt(share * (1 - share) / rows));
        });
    }

    /// <summary>Two of three by shares 2, 1, 1 without replacement: the first is left out with probability 2 * 1/4 * 1/3 = 1/6.</summary>
    [Fact]
    public void RanGate_draws_several_by_the_shares_of_those_that_are_left()
    {
        const int rows = 20_000;
        var chosen = Run(Parameters("rangate", 3, 2) with { Shares = [2, 1, 1] }, rows, 5).Chunk(2).ToArray();
        Assert.All(chosen, pair => Assert.NotEqual(pair[0], pair[1]));
        Assert.Equal(1.0 / 6, chosen.Count(pair => !pair.Contains(0)) / (double)rows, 4 * Math.Sqrt((1.0 / 6) * (5.0 / 6) / rows));
    }

    [Fact]
    public void A_distribution_over_others_than_the_experts_is_refused() =>
        Assert.Throws<InvalidDataException>(() => Run(Parameters("rangate", 3, 2) with { Shares = [1, 0, 0] }, 3, 1));

    [Fact]
    public void LocalGate_stays_at_home() =>
        Assert.All(Run(Parameters("localgate", 5, 1), 50, 6), expert => Assert.Equal(1, expert));

    [Theory]
    [InlineData("rangate", 0)]
    [InlineData("rangate", 6)]
    [InlineData("localgate", 2)]
    public void More_experts_than_there_are_or_none_are_refused(string gate, int k) =>
        Assert.Contains("cannot choose", Assert.Throws<InvalidDataException>(() => Run(Parameters(gate, 5, k), 3, 1)).Message, StringComparison.Ordinal);

    /// <summary>Every gate that there is: who is not there is not chosen, by one expert a sample or by as many as are there, in a run or before it.</summary>
    [Theory]
    [MemberData(nameof(EveryGate))]
    public void No_gate_chooses_an_expert_that_is_not_there(string name, int k)
    {
        var gate = Learning.Gates.Gates.Of(name);
        var parameters = Parameters(name, 5, Math.Min(k, gate.Experts(k, null))) with { Experts = [0, 1, 3], Links = gate.SensesLinks ? Gates.Links.Alike(5, 1) : null, Model = name == ChannelAwareGate.GateName ? Signal : Model };

        // Whom a trained gate has never learned to choose it may score highest of all.
        var trained = name == ChannelAwareGate.GateName ? SignalGate(-1, -2, 90, -3, 100) : Gate(-1, -2, 90, -3, 100);
        var chosen = Run(parameters, 500, 6, trained);
        Assert.NotEmpty(chosen);
        Assert.All(chosen, expert => Assert.Contains(expert, parameters.Experts.Value));

        // A group of SAM's has two experts, and links may make one enough: such rows are filled up with the client's own.
        Assert.All(chosen.Chunk(parameters.K), row => Assert.True(gate.SensesLinks || gate is SamGate || row.Distinct().Count() == parameters.K));
        Assert.All(gate.Foretell(100, parameters, 6), expert => Assert.Contains(expert, parameters.Experts.Value));
    }

    /// <summary>A draw is a function of its key; and where nobody is missing the job is called what it always was.</summary>
    [Fact]
    public void Those_who_are_drawn_and_there_are_drawn_whoever_else_is_missing()
    {
        var all = Run(Parameters("rangate", 5, 1), 500, 6);
        var some = Run(Parameters("rangate", 5, 1) with { Experts = [0, 1, 3] }, 500, 6);
        Assert.All(all.Zip(some).Where(pair => pair.First is 0 or 1 or 3), pair => Assert.Equal(pair.First, pair.Second));
        Assert.DoesNotContain("xperts", LearningJob.Create(Parameters("rangate", 5, 1), 1).Parameters, StringComparison.Ordinal);
    }

    /// <summary>Three that are there share the draws alike: each within 4 binomial standard errors of a third; by shares 5, 3 and 0, of eighths; and alike where none of them has a share.</summary>
    [Theory]
    [InlineData(new double[0], 1.0 / 3, 1.0 / 3, 1.0 / 3)]
    [InlineData(new[] { 5.0, 3, 7, 0, 2 }, 0.625, 0.375, 0)]
    [InlineData(new[] { 0.0, 0, 7, 0, 2 }, 1.0 / 3, 1.0 / 3, 1.0 / 3)]
    public void RanGate_draws_among_those_who_are_there_by_their_shares(double[] shares, double first, double second, double third)
    {
        const int rows = 20_000;
        var chosen = Run(Parameters("rangate", 5, 1) with { Shares = [.. shares], Experts = [0, 1, 3] }, rows, 5);
        Assert.All([(0, first), (1, second), (3, third)], item =>
            Assert.Equal(item.Item2, chosen.Count(one => one == item.Item1) / (double)rows, 4 * Math.Sqrt(item.Item2 * (1 - item.Item2) / rows)));
    }

    [Fact]
    public void More_experts_than_are_there_are_refused() => Assert.Contains(
        "cannot choose 4 of 3 experts",
        Assert.Throws<InvalidDataException>(() => Run(Parameters("rangate", 5, 4) with { Experts = [0, 1, 3] }, 3, 1)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_gate_that_chooses_one_that_is_not_there_is_told_so() => Assert.Equal(
        "The gate 'localgate' chose expert 1 for sample 0 of client-1, which is not there; it may choose 0, 3.",
        Assert.Throws<InvalidDataException>(() => Run(Parameters("localgate", 5, 1) with { Experts = [0, 3] }, 3, 1)).Message);

    public static TheoryData<string, int> EveryGate()
    {
        var data = new TheoryData<string, int>();
        foreach (var gate in Learning.Gates.Gates.All)
        {
            data.Add(gate.Name, 1);
            data.Add(gate.Name, 2);
            data.Add(gate.Name, 3);
        }

        return data;
    }

    private static RouteParameters Parameters(string gate, int clients, int k) => new(Model, gate, 1, clients, k, []);

    /// <summary>A trained gate of no weights: its scores are these for every sample.</summary>
    private static byte[] Gate(params float[] scores) => SafeTensors.Write(
    [
        new TensorBlob("bias", TensorType.F32, [scores.Length], MemoryMarshal.AsBytes<float>(scores).ToArray()),
        new TensorBlob("weight", TensorType.F32, [scores.Length, Model.Latent], new byte[scores.Length * Model.Latent * sizeof(float)]),
    ]);

    /// <summary>The same of a gate that sees signals, and makes nothing of them.</summary>
    private static byte[] SignalGate(params float[] scores) => SafeTensors.Write(
    [
        new TensorBlob("bias", TensorType.F32, [scores.Length], MemoryMarshal.AsBytes<float>(scores).ToArray()),
        new TensorBlob(Learning.Models.SignalGate.Slope, TensorType.F32, [1], BitConverter.GetBytes(-100f)),
        new TensorBlob("weight", TensorType.F32, [scores.Length, Model.Latent], new byte[scores.Length * Model.Latent * sizeof(float)]),
    ]);

    private static int[] Run(RouteParameters parameters, int rows, ulong seed, params byte[] gate)
    {
        var latents = SafeTensors.Write(
            [new TensorBlob("latents", TensorType.F32, [rows, Model.Latent], MemoryMarshal.AsBytes<float>(new float[rows * Model.Latent]).ToArray())]);
        return [.. new RouteFunction().Run(new JobContext(LearningJob.Create(parameters, seed), gate.Length == 0 ? [latents] : [latents, gate], CancellationToken.None)).Integers];
    }
}
