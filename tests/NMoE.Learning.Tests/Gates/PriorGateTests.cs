using System.Runtime.InteropServices;
using NMoE.Compute.Blobs;
using NMoE.Learning.Gates;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;
using NMoE.Learning.Tests.Metrics;

namespace NMoE.Learning.Tests.Gates;

/// <summary>A gate of two experts, s = (h_1, 0), and a client whose own rows are the second expert's.</summary>
public sealed class PriorGateTests
{
    private const int OwnRowCount = 20;
    private static readonly ModelSpec Model = new(16, 10);

    /// <summary>EM's fixed point where one expert explains all three rows: (3 + 1/2) / 4.</summary>
    [Fact]
    public void The_prior_goes_to_the_expert_that_explains_the_rows_but_for_a_row_of_an_even_one() =>
        Assert.Equal([0.125, 0.875], OwnPrior.Fit([0, 0.3, 0, 0.9, 0, 0.5], 2), (a, b) => Math.Abs(a - b) < 1e-9);

    [Theory]
    [InlineData(0.2, 0.2)]
    [InlineData(0, 0)]
    public void Rows_that_speak_for_nobody_leave_it_even(double first, double second) => Assert.Equal([0.5, 0.5], OwnPrior.Fit([first, second, first, second], 2));

    /// <summary>With the prior (1, 0) a row is 2 or 0 times as likely as among all: u log(1 + a) + v log(1 - a) is highest at a = (u - v) / (u + v).</summary>
    [Theory]
    [InlineData(4, 1, 0.6)]
    [InlineData(3, 1, 0.5)]
    [InlineData(5, 0, 1)]
    [InlineData(0, 5, 0)]
    public void How_alike_samples_are_is_the_likeliest_share(int alike, int unlike, double share)
    {
        double[] shares = [.. Enumerable.Repeat<double[]>([1, 0], alike).Concat(Enumerable.Repeat<double[]>([0, 1], unlike)).SelectMany(row => row)];
        Assert.Equal(share, OwnPrior.Alikeness(shares, [1, 0]), 1e-6);
    }

    /// <summary>Where nothing tells samples from the client's own, half of the prior counts.</summary>
    [Fact]
    public void The_own_rows_decide_where_the_shared_gate_cannot()
    {
        Assert.Equal([1, 1], Choose(new OwnRows([0, 1], 0, 0, 128), right: 1, 0, 0));
        Assert.Equal([0, 0], Choose(new OwnRows([0, 1], 0, 0, 128), right: 0, 0, 0));
        Assert.Equal([0, 0], Choose(null, right: 1, 0, 0));
    }

    /// <summary>Sample 1 leans to expert 0. Samples 3 and 4 are like the client's own; sample 2 is not.</summary>
    [Theory]
    [InlineData(2, 0)]
    [InlineData(4, 1)]
    public void What_comes_in_a_later_request_is_not_known(int request, int first) =>
        Assert.Equal(first, Choose(new OwnRows([0, 1], 0, 0, request), right: null, 0.5f, 3, -3, -3)[0]);

    /// <summary>Of twenty rows the expert held out a fifth; all others say the opposite.</summary>
    [Fact]
    public void Only_rows_that_the_expert_held_out_are_read()
    {
        var held = Learning.Experts.HeldOut.Rows(7, 0.2, OwnRowCount);
        Assert.Equal([1, 1], Run(new OwnRows([0, 1], 0.2, 7, 128), row => held.Contains(row) ? 1 : 0, null, 0, 0));
        Assert.Equal([0, 0], Run(new OwnRows([0, 1], 0, 0, 128), row => held.Contains(row) ? 1 : 0, null, 0, 0));
    }

    [Fact]
    public void An_expert_that_may_not_be_chosen_is_not() =>
        Assert.Equal([0, 0], Run(new OwnRows([0, 1], 0, 0, 128), _ => 1, [0], 0, 0));

    private static int[] Choose(OwnRows? own, int? right, params float[] samples) => Run(own, _ => right, null, samples);

    /// <summary>Own rows lie at h_1 = -3 where no expert is said to be right, else at 0.</summary>
    private static int[] Run(OwnRows? own, Func<int, int?> right, int[]? present, params float[] samples)
    {
        var weight = new float[2 * Model.Latent];
        weight[0] = 1;
        var gate = SafeTensors.Write([Tensor("bias", [2], new float[2]), Tensor("weight", [2, Model.Latent], weight)]);
        var parameters = new RouteParameters(Model, PriorGate.GateName, 0, 2, 1, []) { Own = own, Experts = present is null ? null : [.. present] };
        ReadOnlyMemory<byte>[] opinions = [.. Enumerable.Range(0, 2).Select(expert => AnswerBlobs.Scores(
            "logits", Model.Classes, [.. Enumerable.Range(0, OwnRowCount * Model.Classes).Select(i => i % Model.Classes == 0 && right(i / Model.Classes) == expert ? 8f : 0)]))];
        ReadOnlyMemory<byte>[] known = own is null
            ? []
            : [Latents([.. Enumerable.Range(0, OwnRowCount).Select(row => right(row) is null ? -3f : 0)]), AnswerBlobs.Shard(new long[OwnRowCount]), .. opinions];
        return [.. AnswerBlobs.Run(new RouteFunction(), parameters, [Latents(samples), gate, .. known]).Integers];
    }

    private static ReadOnlyMemory<byte> Latents(float[] first)
    {
        var values = new float[first.Length * Model.Latent];
        for (var row = 0; row < first.Length; row++)
        {
            values[row * Model.Latent] = first[row];
        }

        return AnswerBlobs.Scores("latents", Model.Latent, values);
    }

    private static TensorBlob Tensor(string name, long[] shape, float[] values) => new(name, TensorType.F32, [.. shape], MemoryMarshal.AsBytes<float>(values).ToArray());
}
