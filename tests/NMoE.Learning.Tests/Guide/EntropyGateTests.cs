using System.Runtime.InteropServices;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Learning.Gates;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;

namespace NMoE.Learning.Tests.Guide;

/// <summary>The gate that docs/add-a-gate.md builds is the one in its text, and does what the text says.</summary>
public sealed class EntropyGateTests
{
    private static readonly ModelSpec Model = new(16, 10);

    private static float Ln(double number) => (float)Math.Log(number);

    /// <summary>
    /// By hand: shares 1/2, 1/4, 1/4 have ln 2 / 2 + 2 (1/4) ln 4 = (3/2) ln 2 = 1.0397 nats of ln 3 = 1.0986, which is 0.9464; shares 8/10, 1/10, 1/10 have 0.8 ln 1.25 + 0.2 ln 10 =
    /// 0.6390 nats, 0.5817; of 9/10 and 1/10, the third not there, 0.3251 of ln 2, 0.4690.
    /// </summary>
    [Theory]
    [InlineData(0.9464, 2, 1, 1)]
    [InlineData(0.5817, 1, 8, 1)]
    [InlineData(0.4690, 9, 1, 0)]
    [InlineData(1, 5, 5, 5)]
    [InlineData(1, 5, 0, 5)]
    [InlineData(0, 0, 7, 0)]
    public void Entropy_is_counted_in_that_of_all_experts_alike(double expected, double first, double second, double third)
    {
        Assert.Equal(expected, EntropyGate.Entropy([Ln(first), Ln(second), Ln(third)]), 5e-5);
        Assert.Equal(expected, EntropyGate.Entropy([Ln(first) + 40, Ln(second) + 40, Ln(third) + 40]), 5e-5);
    }

    /// <summary>The two rows have 0.9464 and 0.5817, and the gate's choice is expert 0 and expert 1; client 2 asks.</summary>
    [Theory]
    [InlineData(0, 2, 2)]
    [InlineData(0.58, 2, 2)]
    [InlineData(0.583, 2, 1)]
    [InlineData(0.94, 2, 1)]
    [InlineData(0.95, 0, 1)]
    public void A_sample_stays_with_its_own_expert_unless_the_entropy_is_below_the_threshold(double threshold, int first, int second) =>
        Assert.Equal([first, second], Chosen(threshold, k: 1, null).Integers.AsEnumerable());

    [Fact]
    public void Without_a_threshold_it_is_the_default() => Assert.Equal(Chosen(0.5, k: 1, null).Integers.AsEnumerable(), Chosen(null, k: 1, null).Integers.AsEnumerable());

    /// <summary>With two experts a sample the own one comes first, and then the gate's best: expert 0 of the first row, expert 1 of the second, where it is certain of neither.</summary>
    [Fact]
    public void Of_several_experts_the_own_one_comes_first() => Assert.Equal([2, 0, 2, 1], Chosen(0.1, k: 2, null).Integers.AsEnumerable());

    [Fact]
    public void A_client_whose_own_expert_is_not_there_asks_whom_the_gate_chooses() => Assert.Equal([0, 1], Chosen(0, k: 1, [0, 1]).Integers.AsEnumerable());

    [Fact]
    public void The_threshold_is_part_of_the_jobs_key_and_the_jobs_of_other_gates_know_nothing_of_it()
    {
        string Key(string gate, object? settings) =>
            JobKey.Of("print", LearningJob.Create(new RouteParameters(Model, gate, 0, 3, 1, []) { GateSettings = LearningJob.Element(settings) }, 1));

        Assert.NotEqual(Key("entropy-gate", new EntropyGateKeys { Threshold = 0.1 }), Key("entropy-gate", new EntropyGateKeys { Threshold = 0.2 }));
        Assert.DoesNotContain("GateSettings", LearningJob.Create(new RouteParameters(Model, "fedgate", 0, 3, 1, []), 1).Parameters, StringComparison.Ordinal);
    }

    [Fact]
    public void The_guide_prints_the_gate_that_is_tested()
    {
        var guide = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "docs", "add-a-gate.md"));
        var code = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "docs", "EntropyGate.cs"));
        var body = code[code.IndexOf("/// <summary>The keys", StringComparison.Ordinal)..].Trim();
        Assert.Contains(body.Replace("\r\n", "\n", StringComparison.Ordinal), guide.Replace("\r\n", "\n", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    /// <summary>Two samples of client 2, whose scores are the logarithms of shares: 1/2, 1/4, 1/4, and 1/10, 8/10, 1/10. W_G picks the first latents out.</summary>
    private static JobOutput Chosen(double? threshold, int k, int[]? experts)
    {
        float[][] rows = [[Ln(2), Ln(1), Ln(1)], [Ln(1), Ln(8), Ln(1)]];
        var (latents, weight) = (new float[rows.Length * Model.Latent], new float[3 * Model.Latent]);
        for (var expert = 0; expert < 3; expert++)
        {
            weight[(expert * Model.Latent) + expert] = 1;
            for (var row = 0; row < rows.Length; row++)
                latents[(row * Model.Latent) + expert] = rows[row][expert];
        }

        var parameters = new RouteParameters(Model, "entropy-gate", 2, 3, k, [])
        {
            Experts = experts is null ? null : [.. experts],
            GateSettings = threshold is { } stated ? LearningJob.Element(new EntropyGateKeys { Threshold = stated }) : null,
        };
        return new RouteFunction().Run(new JobContext(
            LearningJob.Create(parameters, 1),
            [
                SafeTensors.Write([Tensor("latents", latents, rows.Length, Model.Latent)]),
                SafeTensors.Write([Tensor("weight", weight, 3, Model.Latent), Tensor("bias", new float[3], 3)]),
            ],
            CancellationToken.None));
    }

    private static TensorBlob Tensor(string name, float[] values, params long[] shape) =>
        new(name, TensorType.F32, [.. shape], MemoryMarshal.AsBytes<float>(values).ToArray());
}
