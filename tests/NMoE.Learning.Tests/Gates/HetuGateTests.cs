using System.Runtime.InteropServices;
using NMoE.Chance;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Learning.Gates;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;
using NMoE.Learning.Tests.Metrics;

namespace NMoE.Learning.Tests.Gates;

/// <summary>HetuMoE's gates on scores that are written down: W_G picks them out of the latents.</summary>
public sealed class HetuGateTests
{
    private static readonly ModelSpec Model = new(16, 10);
    private static readonly float[] s_scores = [1, 3, .5f, 2];

    /// <summary>1 / (1 + e^-2) and 1 / (1 + e^-1.5) are the shares of the better expert of each pair: they sum up to more than 1.</summary>
    [Fact]
    public void KTop1_takes_the_best_of_each_group_by_its_share_of_the_group()
    {
        var best = KTop1Gate.Best(s_scores, 2, 0);
        Assert.Equal([1, 3], best.Select(choice => choice.Expert));
        Assert.Equal([.8807970780, .8175744762], best.Select(choice => choice.Share), (one, other) => Math.Abs(one - other) < 5e-11);
    }

    [Fact]
    public void SAM_takes_the_group_with_the_largest_sum_of_shares()
    {
        var shares = Choices.Shares(s_scores, 0);
        Assert.Equal([.7161644368, .2838355632], SamGate.Sums(shares, 2), (one, other) => Math.Abs(one - other) < 5e-11);
        Assert.Equal([(1, shares[1])], SamGate.Best(shares, 2, 1).AsEnumerable());
        Assert.Equal([(1, shares[1]), (0, shares[0])], SamGate.Best(shares, 2, 2).AsEnumerable());
    }

    /// <summary>SAM's alignment loss, by its formula: what experts of other groups have more than the last that was chosen. Of expert 3's share and the chosen ones' it is 0 and .1466878184.</summary>
    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, .1466878184)]
    public void What_SAM_leaves_in_other_groups_is_its_alignment_loss(int k, double expected)
    {
        var shares = Choices.Shares(s_scores, 0);
        var chosen = SamGate.Best(shares, 2, k);
        Assert.Equal(expected, Enumerable.Range(2, 2).Sum(other => Math.Max(shares[other] - chosen[^1].Share, 0)), 5e-11);
    }

    /// <summary>
    /// Gate, keys, k; scores; experts and weights. Ties go to the lowest number; a group of which nobody is there, and a group of fewer than k, leave places that the own expert, 0, fills and that weigh nothing. Of the group (1, 3) and the
    /// group (.5, 2, 2) the second has the larger sum, 1.649 + 2 * 7.389 against 2.718 + 20.086 only where expert 1 is not there.
    /// </summary>
    [Theory]
    [InlineData("ktop1", 2, 2, new[] { 1, 3, .5f, 2 }, null, new[] { 1, 3 }, new[] { .518612f, .481388f })]
    [InlineData("ktop1", 2, 2, new[] { 4, 4, 1f, 1 }, null, new[] { 0, 2 }, new[] { .5f, .5f })]
    [InlineData("ktop1", 2, 2, new[] { 1, 3, .5f, 2 }, new[] { 0, 1 }, new[] { 1, 0 }, new[] { 1f, 0 })]
    [InlineData("ktop1", 4, 4, new[] { 1, 3, .5f, 2 }, null, new[] { 0, 1, 2, 3 }, new[] { .25f, .25f, .25f, .25f })]
    [InlineData("sam", 2, 1, new[] { 1, 3, .5f, 2 }, null, new[] { 1 }, new[] { 1f })]
    [InlineData("sam", 2, 2, new[] { 1, 3, .5f, 2 }, null, new[] { 1, 0 }, new[] { .880797f, .119203f })]
    [InlineData("sam", 2, 2, new[] { 1, 1, 1f, 1 }, null, new[] { 0, 1 }, new[] { .5f, .5f })]
    [InlineData("sam", 2, 3, new[] { 1, 3, .5f, 2 }, null, new[] { 1, 0, 0 }, new[] { .880797f, .119203f, 0 })]
    [InlineData("sam", 2, 2, new[] { 1, 3, .5f, 2, 2 }, new[] { 0, 2, 3, 4 }, new[] { 3, 4 }, new[] { .5f, .5f })]
    [InlineData("sam", 9, 2, new[] { 1, 3, .5f, 2 }, null, new[] { 1, 0 }, new[] { 1f, 0 })]
    [InlineData("base", 0, 1, new[] { 1, 3, .5f, 3 }, null, new[] { 1 }, new[] { 1f })]
    public void One_sample_is_sent_where_the_gate_says(string gate, int groups, int k, float[] scores, int[]? there, int[] experts, float[] weights)
    {
        object? keys = gate switch { "ktop1" => new KTop1Keys { Groups = groups }, "sam" => new SamKeys { Groups = groups }, _ => null };
        var choices = Chosen(gate, keys, k, [scores], there: there);
        Assert.Equal(experts, choices.Experts);
        Assert.Equal(weights, choices.Weights, (one, other) => MathF.Abs(one - other) < 1e-6f);
    }

    /// <summary>Both would go to expert 0 with all but one row, and 8.5; with two each, 3 + 2 + 2 + .9 = 7.9 is the most.</summary>
    [Theory]
    [InlineData(0, 0)]
    [InlineData(7, 0)]
    [InlineData(0, -3)]
    public void BASE_shares_a_request_out_evenly_whatever_all_scores_of_an_expert_have_more(float first, float second)
    {
        float[][] rows = [[3, 1], [2.5f, 2], [2, 0], [1, .9f]];
        Assert.Equal(8.5, rows.Sum(row => row.Max()), 6);
        var chosen = Chosen("base", null, 1, [.. rows.Select(row => new[] { row[0] + first, row[1] + second })]).Experts;
        Assert.Equal([0, 1, 0, 1], chosen);
        Assert.Equal(7.9, rows.Select((row, number) => row[chosen[number]]).Sum(), 6);
    }

    /// <summary>Everyone has as many rows as the others, or one more; no other way to share them out so has a greater sum: all ways of up to seven rows are tried. Scores of few values make many ties.</summary>
    [Fact]
    public void BASE_is_the_best_of_all_even_ways()
    {
        for (var seed = 0UL; seed < 400; seed++)
        {
            var draws = new Draws(seed, 7, 0);
            var (rows, experts) = (1 + draws.Next(7), 1 + draws.Next(4));
            float[] scores = [.. Enumerable.Range(0, rows * experts).Select(_ => draws.Next(2) == 0 ? draws.Next(4) : (float)draws.Next())];
            var chosen = BalancedAssignment.Of(scores, experts);
            Assert.True(IsEven(chosen, experts), $"seed {seed}");
            Assert.Equal(EvenWays(rows, experts).Max(way => Sum(scores, experts, way)), Sum(scores, experts, chosen), 1e-6);
        }
    }

    [Theory]
    [InlineData(1000, 10)]
    [InlineData(17, 40)]
    [InlineData(0, 3)]
    public void BASE_gives_every_expert_as_many_rows(int rows, int experts)
    {
        var draws = new Draws(1, 7, 0);
        Assert.True(IsEven(BalancedAssignment.Of([.. Enumerable.Range(0, rows * experts).Select(_ => (float)draws.NextNormal())], experts), experts));
    }

    /// <summary>Five of a client's ten rows are a request: of five experts each gets one of it, so that its own answers exactly 1 / n.</summary>
    [Fact]
    public void BASE_shares_out_each_request_by_itself()
    {
        var draws = new Draws(3, 7, 0);
        var chosen = Chosen("base", null, 1, [.. Enumerable.Range(0, 10).Select(_ => Enumerable.Range(0, 5).Select(_ => (float)draws.NextNormal()).ToArray())], request: 5).Experts;
        Assert.Equal([0, 1, 2, 3, 4], chosen[..5].Order());
        Assert.Equal([0, 1, 2, 3, 4], chosen[5..].Order());
    }

    /// <summary>The own expert's share is 1 / n in the mean; 3 deviations of 4000 samples among 5 are .019. A latent's experts are the same at another client, in another place and job.</summary>
    [Fact]
    public void Hash_sends_a_latent_to_the_same_experts_wherever_it_is()
    {
        var draws = new Draws(5, 7, 0);
        float[][] rows = [.. Enumerable.Range(0, 4000).Select(_ => Enumerable.Range(0, 5).Select(_ => (float)draws.NextNormal()).ToArray())];
        var here = Chosen("hash", null, 2, rows).Experts;
        var there = Chosen("hash", null, 2, [.. rows.Reverse()], own: 3, seed: 9).Experts;
        Assert.Equal(here, Enumerable.Range(0, rows.Length).Reverse().SelectMany(row => there[(row * 2)..((row * 2) + 2)]));
        Assert.All(Enumerable.Range(0, rows.Length), row => Assert.NotEqual(here[row * 2], here[(row * 2) + 1]));
        Assert.All(Enumerable.Range(0, 5), expert => Assert.Equal(.2, here.Where((_, slot) => slot % 2 == 0).Count(chosen => chosen == expert) / 4000.0, .019));
    }

    /// <summary>Who is lost takes along what was sent to it alone.</summary>
    [Fact]
    public void Hash_leaves_samples_of_those_who_are_there_where_they_are()
    {
        var draws = new Draws(6, 7, 0);
        float[][] rows = [.. Enumerable.Range(0, 200).Select(_ => Enumerable.Range(0, 5).Select(_ => (float)draws.NextNormal()).ToArray())];
        var (all, some) = (Chosen("hash", null, 1, rows).Experts, Chosen("hash", null, 1, rows, there: [0, 1, 3, 4]).Experts);
        Assert.All(all.Zip(some), pair => Assert.True(pair.First == 2 ? pair.Second != 2 : pair.First == pair.Second));
        Assert.Contains(2, all);
    }

    [Theory]
    [InlineData(1, 10, 4, 1, 3)]
    [InlineData(2, 10, 4, 1, 6)]
    [InlineData(1, 10, 4, 2, 5)]
    [InlineData(1, 30, 10, .1, 1)]
    [InlineData(1, 3, 10, .1, 1)]
    public void Capacity_is_k_times_an_even_share_rounded_up(int k, int samples, int experts, double factor, long expected) => Assert.Equal(expected, Capacity.Of(k, samples, experts, factor));

    /// <summary>
    /// By hand, own expert 0, requests of four rows, two experts, a factor of 1. With k = 1 each answers two: of four rows for expert 1 the last two stay with the own one. With k = 2 each answers four of four. Half of that, two: first choices go first, so
    /// that expert 1 is full with the first choices of rows 0 and 1, and expert 0 with those of rows 2 and 3.
    /// </summary>
    [Theory]
    [InlineData(1, 1, new[] { 1, 1, 1, 1 }, new[] { 1, 1, 0, 0 })]
    [InlineData(1, .5, new[] { 1, 1, 0, 0 }, new[] { 1, 0, 0, 0 })]
    [InlineData(2, 1, new[] { 1, 1, 0, 0 }, new[] { 1, 0, 1, 0, 0, 1, 0, 1 })]
    [InlineData(2, .5, new[] { 1, 1, 0, 0 }, new[] { 1, 0, 1, 0, 0, 0, 0, 0 })]
    public void What_is_above_an_experts_capacity_stays_with_the_own_one(int k, double factor, int[] best, int[] expected)
    {
        float[][] rows = [.. best.Select(expert => new float[] { expert == 0 ? 1 : 0, expert })];
        var choices = Chosen("fedgate", null, k, [.. rows, .. rows], request: 4, capacity: factor);
        Assert.Equal([.. expected, .. expected], choices.Experts);
        Assert.All(Enumerable.Range(0, 8), row => Assert.Equal(1, choices.Weights[(row * k)..((row + 1) * k)].Sum(), 1e-6));
        Assert.True(k == 1 || factor == 1 || choices.Weights.Where((_, slot) => slot % 2 == 1).All(weight => weight == 0));
    }

    /// <summary>A client without an expert of its own has nobody else to ask.</summary>
    [Fact]
    public void Without_an_own_expert_a_sample_that_is_dropped_is_asked_all_the_same() =>
        Assert.Equal([1, 1, 1], Chosen("fedgate", null, 1, [[0, 1], [0, 1], [0, 1]], there: [1], capacity: .1).Experts);

    [Fact]
    public void Requests_and_capacity_are_part_of_the_key_where_they_are_read()
    {
        string Key(int request, double? capacity) => JobKey.Of("print", LearningJob.Create(new RouteParameters(Model, "base", 0, 3, 1, []) { Request = request, Capacity = capacity }, 1));

        Assert.Equal(3, new[] { Key(0, null), Key(8, null), Key(8, .5) }.Distinct().Count());
        Assert.DoesNotContain("Request", LearningJob.Create(new RouteParameters(Model, "fedgate", 0, 3, 1, []), 1).Parameters, StringComparison.Ordinal);
    }

    private static bool IsEven(int[] chosen, int experts) => Enumerable.Range(0, experts).Select(expert => chosen.Count(one => one == expert)).All(count => count == chosen.Length / experts || (count == (chosen.Length / experts) + 1 && chosen.Length % experts > 0));

    private static double Sum(float[] scores, int experts, int[] chosen) => chosen.Select((expert, row) => (double)scores[(row * experts) + expert]).Sum();

    private static IEnumerable<int[]> EvenWays(int rows, int experts) => Enumerable.Range(0, (int)Math.Pow(experts, rows))
        .Select(way => Enumerable.Range(0, rows).Select(row => way / (int)Math.Pow(experts, row) % experts).ToArray()).Where(way => IsEven(way, experts));

    private static (int[] Experts, float[] Weights) Chosen(string gate, object? keys, int k, float[][] rows, int own = 0, int[]? there = null, int request = 0, double? capacity = null, ulong seed = 1)
    {
        var experts = rows[0].Length;
        var (latents, weight) = (new float[rows.Length * Model.Latent], new float[experts * Model.Latent]);
        for (var expert = 0; expert < experts; expert++)
        {
            weight[(expert * Model.Latent) + expert] = 1;
            for (var row = 0; row < rows.Length; row++)
                latents[(row * Model.Latent) + expert] = rows[row][expert];
        }

        var parameters = new RouteParameters(Model, gate, own, experts, k, [])
        {
            GateSettings = LearningJob.Element(keys),
            Experts = there is null ? null : [.. there],
            Request = request,
            Capacity = capacity,
        };
        var trained = SafeTensors.Write(
        [
            new TensorBlob("bias", TensorType.F32, [experts], new byte[experts * sizeof(float)]),
            new TensorBlob("weight", TensorType.F32, [experts, Model.Latent], MemoryMarshal.AsBytes<float>(weight).ToArray()),
        ]);
        ReadOnlyMemory<byte>[] inputs = [AnswerBlobs.Scores("latents", Model.Latent, latents), .. Learning.Gates.Gates.Of(gate).Source is null ? [] : new ReadOnlyMemory<byte>[] { trained }];
        var output = new RouteFunction().Run(new JobContext(LearningJob.Create(parameters, seed), [.. inputs], CancellationToken.None));
        return ([.. output.Integers], MemoryMarshal.Cast<byte, float>(SafeTensors.Read(output.Blobs[0])["weights"].Data.Span).ToArray());
    }
}
