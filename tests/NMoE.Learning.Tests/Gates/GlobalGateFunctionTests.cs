using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Learning.Gates;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;
using NMoE.Learning.Tests.Metrics;

namespace NMoE.Learning.Tests.Gates;

/// <summary>30 rows at two clients, 12 and 18, and the logits of two experts.</summary>
public sealed class GlobalGateFunctionTests
{
    private const int Rows = 30;
    private const int Cut = 12;
    private static readonly ModelSpec Model = new(16, 10);

    /// <summary>FedGate of one client that has all the rows is the same training, to the bit.</summary>
    [Theory]
    [InlineData(GateMode.DenseMixture)]
    [InlineData(GateMode.Switch)]
    public void Pooled_samples_teach_what_they_would_teach_one_client_that_had_them_all(GateMode mode)
    {
        var alone = Run(new FedGateFunction(), Settings(mode), Inputs(0, Rows));
        var pooled = Run(new GlobalGateFunction(), new GlobalGateParameters(Settings(mode), 2), [.. Inputs(0, Cut), .. Inputs(Cut, Rows)]);
        Assert.Equal(alone.Blobs[0].ToArray(), pooled.Blobs[0].ToArray());
        Assert.Equal(alone.Metrics, pooled.Metrics);
        Assert.NotEqual(alone.Blobs[0].ToArray(), Run(new FedGateFunction(), Settings(mode), Inputs(0, Cut)).Blobs[0].ToArray());
    }

    [Fact]
    public void Too_few_inputs_for_its_clients_are_refused() => Assert.Contains(
        "was given 5 inputs, but 9 are needed",
        Assert.Throws<InvalidDataException>(() => Run(new GlobalGateFunction(), new GlobalGateParameters(Settings(GateMode.Switch), 2), Inputs(0, Rows))).Message,
        StringComparison.Ordinal);

    private static GateParameters Settings(GateMode mode) =>
        new(Model, 2, [0, 1], 0.01, 8, 3, 0.01, RouterNoise.Gaussian, 0.1, GradientRule.Clip, 1, mode, 1);

    /// <summary>Latents, shard and both experts' logits of some rows: any numbers will do.</summary>
    private static ReadOnlyMemory<byte>[] Inputs(int from, int to) =>
    [
        AnswerBlobs.Scores("latents", Model.Latent, Numbers(1, Model.Latent, from, to)),
        AnswerBlobs.Shard([.. Enumerable.Range(from, to - from).Select(row => (long)(row * 7 % 10))]),
        AnswerBlobs.Scores("logits", 10, Numbers(2, 10, from, to)),
        AnswerBlobs.Scores("logits", 10, Numbers(3, 10, from, to)),
    ];

    private static float[] Numbers(int salt, int columns, int from, int to) =>
        [.. Enumerable.Range(from * columns, (to - from) * columns).Select(i => ((i * 37 * salt) + salt) % 101 / 50f)];

    private static JobOutput Run<T>(IJobFunction function, T parameters, ReadOnlyMemory<byte>[] inputs)
        where T : IJobParameters
    {
        var gate = SafeTensors.Write(
        [
            new TensorBlob("bias", TensorType.F32, [2], new byte[2 * sizeof(float)]),
            new TensorBlob("weight", TensorType.F32, [2, Model.Latent], new byte[2 * Model.Latent * sizeof(float)]),
        ]);
        return function.Run(new JobContext(LearningJob.Create(parameters, 5), [gate, .. inputs], CancellationToken.None));
    }
}
