using System.Runtime.InteropServices;
using NMoE.Chance;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Learning.Gates;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;
using NMoE.Learning.Tests.Metrics;

namespace NMoE.Learning.Tests.Gates;

/// <summary>Gates that look at links, on a gate whose shares are .40, .25, .20, .10 and .05 for every sample.</summary>
public sealed class LinkGateTests
{
    private const int Own = 4;
    private static readonly ModelSpec Model = new(16, 10);
    private static readonly double[] s_shares = [.40, .25, .20, .10, .05];

    // Radios of half a watt each, 1 MB there and nothing back, half a joule of computing: a sample over a link of R bit/s costs 8e6 / R + 0.5 joules and takes as many seconds.
    private static readonly SampleCost s_cost = new(1e6, 0, 1, 0, 2, 0, .5, .5);

    /// <summary>Links of 8e6 / 8.5, / 3.5, / 1.5 and / .5 bit/s make energies of 9, 4, 2 and 1; the own expert's is .5.</summary>
    private static readonly LinkSense s_links = Links.Of(5, Own, s_cost, expert => LinkSteps.OfRate(8e6 / new[] { 8.5, 3.5, 1.5, .5, 1 }[expert]));

    /// <summary>The sets of <see cref="CheapestSetTests"/>, weighed by their shares; what is left of D is the own expert and weighs nothing.</summary>
    [Theory]
    [InlineData(.5, 3, new[] { 1, 2, 4 }, new[] { .5f, .4f, .1f })]
    [InlineData(.5, 2, new[] { 0, 3 }, new[] { .8f, .2f })]
    [InlineData(.3, 3, new[] { 2, 3, 4 }, new[] { 2 / 3f, 1 / 3f, 0 })]
    [InlineData(.001, 2, new[] { 4, 4 }, new[] { 1f, 0 })]
    [InlineData(.5, 1, new[] { 0 }, new[] { 1f })]
    public void Des_takes_the_cheapest_set_that_is_relevant_enough(double relevance, int most, int[] experts, float[] weights)
    {
        var choices = Chosen(DesGate.GateName, new DesKeys { Relevance = relevance, Most = most }, most, s_links);
        Assert.Equal(experts, choices.Experts);
        Assert.Equal(weights, choices.Weights, (one, other) => MathF.Abs(one - other) < 1e-6f);
    }

    /// <summary>Whose own expert may not be chosen, has the first named again: the role asks it once.</summary>
    [Fact]
    public void A_client_without_an_expert_of_its_own_fills_rows_with_the_first() =>
        Assert.Equal([2, 3, 2], Chosen(DesGate.GateName, new DesKeys { Relevance = .3, Most = 3 }, 3, s_links, [0, 1, 2, 3]).Experts);

    /// <summary>With links and the own expert alike the energies are, and the set is the top of the distribution: bit for bit FedGate's k best where it takes k.</summary>
    [Theory]
    [InlineData(.4, 1)]
    [InlineData(.65, 2)]
    [InlineData(.85, 3)]
    [InlineData(.95, 4)]
    public void With_equal_energies_des_is_fedgate_with_as_many_as_it_takes(double relevance, int count)
    {
        var free = Links.Of(5, Own, s_cost with { BytesOut = 0 }, _ => 0);
        var (des, top) = (Chosen(DesGate.GateName, new DesKeys { Relevance = relevance, Most = 5 }, 5, free), Chosen("fedgate", null, count, null));
        Assert.Equal(top.Experts, des.Experts[..count]);
        Assert.Equal(top.Weights, des.Weights[..count], (one, other) => MathF.Abs(one - other) < 1e-6f);
        Assert.All(des.Weights[count..], weight => Assert.Equal(0, weight));
    }

    /// <summary>
    /// Times are 9, 4, 2, 1 and .5 s, ratios .0444, .0625, .1, .1 and .1. Of the two best by share, 0 and 1, expert 0 has .711 of the best ratio; of the three best, 0 and 1 have .444 and .625 of expert 2's.
    /// </summary>
    [Theory]
    [InlineData(0, 2, new[] { 0, 1 })]
    [InlineData(.70, 2, new[] { 0, 1 })]
    [InlineData(.72, 2, new[] { 1, 4 })]
    [InlineData(.43, 3, new[] { 0, 1, 2 })]
    [InlineData(.46, 3, new[] { 1, 2, 4 })]
    [InlineData(1, 3, new[] { 2, 4, 4 })]
    public void Wdmoe_takes_those_of_the_best_that_are_worth_the_wait(double threshold, int most, int[] experts) =>
        Assert.Equal(experts, Chosen(WdmoeGate.GateName, new WdmoeKeys { Threshold = threshold, Most = most }, most, s_links).Experts);

    [Fact]
    public void Wdmoe_without_a_threshold_is_fedgate()
    {
        var (all, top) = (Chosen(WdmoeGate.GateName, new WdmoeKeys { Threshold = 0, Most = 3 }, 3, s_links), Chosen("fedgate", null, 3, null));
        Assert.Equal((top.Experts, top.Weights), (all.Experts, all.Weights), (one, other) => one.Item1.SequenceEqual(other.Item1) && one.Item2.Zip(other.Item2).All(pair => MathF.Abs(pair.First - pair.Second) <= float.Epsilon + (1e-7f * pair.First)));
    }

    /// <summary>Samples of the first request are routed by what was known then, those of the second and of those to come by what is known now.</summary>
    [Fact]
    public void A_sample_is_routed_by_what_was_known_at_its_request()
    {
        var near = Links.Of(5, Own, s_cost, _ => LinkSteps.Fastest).Seen[0];
        var sense = s_links with { Request = 2, Seen = [s_links.Seen[0], near] };
        var chosen = Chosen(DesGate.GateName, new DesKeys { Relevance = .5, Most = 2 }, 2, sense, rows: 6).Experts;
        Assert.Equal([0, 3, 0, 3, 0, 1, 0, 1, 0, 1, 0, 1], chosen);
    }

    /// <summary>2048 bytes on a channel of 1 MHz at 10 mW, and the rate of 10 dB, B log2(11): to the half percent that a step is off by at most.</summary>
    [Theory]
    [InlineData(0, 163.84e-6, 16.384e-3)]
    [InlineData(10, 47.360e-6, 4.7360e-3)]
    [InlineData(20, 24.607e-6, 2.4607e-3)]
    public void Energy_and_time_of_a_latent_follow_from_the_rate(double decibels, double joules, double seconds)
    {
        var rate = 1e6 * Math.Log2(1 + Math.Pow(10, decibels / 10));
        var view = new LinkView(new SampleCost(2048, 0, 0, 0, 1, 0, 5e-3, 0), [Link.None, new Link(LinkSteps.OfRate(rate), 0)], 0);
        Assert.Equal(1, view.Joules(1) / joules, 0.005);
        Assert.Equal(1, view.Seconds(1) / seconds, 0.005);
        Assert.Equal(1, view.JoulesPerByte(1) * 2048 / joules, 0.005);
        Assert.Equal((0, 0, 0), (view.Joules(0), view.Seconds(0), view.JoulesPerByte(0)));
    }

    /// <summary>A step is 1 % and half a decibel: no rate is further from its step's than the root of 1.01.</summary>
    [Fact]
    public void A_rate_is_within_half_a_percent_of_its_step()
    {
        for (var rate = 1.0; rate < 1e12; rate *= 1.37)
            Assert.InRange(LinkSteps.Rate(LinkSteps.OfRate(rate)) / rate, 1 / Math.Sqrt(1.0101), Math.Sqrt(1.0101));
        Assert.Equal((0, 0, LinkSteps.Fastest, LinkSteps.Fastest), (LinkSteps.OfRate(0), LinkSteps.OfRate(1), LinkSteps.OfRate(1e12), LinkSteps.OfRate(double.PositiveInfinity)));
        Assert.Equal((-13, 85, 0, 400), (LinkSteps.OfDecibels(-6.43), LinkSteps.OfDecibels(42.5), LinkSteps.OfDecibels(0.2), LinkSteps.OfDecibels(900)));
        Assert.Equal(-6.5, LinkSteps.Decibels(-13));
    }

    [Fact]
    public void Links_are_part_of_the_key_of_those_jobs_alone_that_sense_them()
    {
        string Key(LinkSense? links) => JobKey.Of("print", LearningJob.Create(new RouteParameters(Model, "des", 0, 5, 1, []) { Links = links }, 1));

        Assert.NotEqual(Key(s_links), Key(s_links with { Request = 64 }));
        Assert.NotEqual(Key(s_links), Key(Links.Alike(5, Own)));
        Assert.DoesNotContain("Links", LearningJob.Create(new RouteParameters(Model, "fedgate", 0, 5, 1, []), 1).Parameters, StringComparison.Ordinal);
    }

    [Fact]
    public void A_gate_that_is_told_of_no_links_says_so() =>
        Assert.Contains("SensesLinks", Assert.Throws<InvalidOperationException>(() => Chosen(DesGate.GateName, null, 1, null)).Message, StringComparison.Ordinal);

    [Fact]
    public void More_experts_than_the_gates_own_keys_allow_are_refused() =>
        Assert.Contains("cannot choose 3 of 5", Assert.Throws<InvalidDataException>(() => Chosen(DesGate.GateName, new DesKeys { Most = 2 }, 3, s_links)).Message, StringComparison.Ordinal);

    private static (int[] Experts, float[] Weights) Chosen(string gate, object? keys, int k, LinkSense? links, int[]? experts = null, int rows = 1)
    {
        var parameters = new RouteParameters(Model, gate, Own, 5, k, [])
        {
            Links = links,
            GateSettings = LearningJob.Element(keys),
            Experts = experts is null ? null : [.. experts],
        };
        float[] bias = [.. s_shares.Select(share => (float)Normal.Log(share))];
        var trained = SafeTensors.Write(
        [
            new TensorBlob("bias", TensorType.F32, [5], MemoryMarshal.AsBytes<float>(bias).ToArray()),
            new TensorBlob("weight", TensorType.F32, [5, Model.Latent], new byte[5 * Model.Latent * sizeof(float)]),
        ]);
        var output = AnswerBlobs.Run(new RouteFunction(), parameters, AnswerBlobs.Scores("latents", Model.Latent, new float[rows * Model.Latent]), trained);
        return ([.. output.Integers], MemoryMarshal.Cast<byte, float>(SafeTensors.Read(output.Blobs[0])["weights"].Data.Span).ToArray());
    }
}
