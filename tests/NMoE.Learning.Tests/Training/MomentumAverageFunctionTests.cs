using System.Runtime.InteropServices;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Learning.Jobs;
using NMoE.Learning.Tests.Metrics;
using NMoE.Learning.Training;

namespace NMoE.Learning.Tests.Training;

public sealed class MomentumAverageFunctionTests
{
    /// <summary>By hand: w = 10, averages 8 and then 7: v = 2, w = 9 (rate 1/2); v = 0.5 * 2 + (9 - 7) = 3, w = 7.5.</summary>
    [Fact]
    public void The_velocity_runs_on_from_round_to_round()
    {
        var first = Run(new([1, 1], 0.5, 0.5), Model(10), Model(6), Model(10));
        Assert.Equal((9f, 2f), (Value(first, 0), Value(first, 1)));
        var second = Run(new([1, 1], 0.5, 0.5), first.Blobs[0], Model(7), Model(7), first.Blobs[1]);
        Assert.Equal((7.5f, 3f), (Value(second, 0), Value(second, 1)));
    }

    [Fact]
    public void Without_momentum_and_at_rate_1_it_is_FedAvg_within_rounding()
    {
        ReadOnlyMemory<byte>[] models = [Model(0.1f), Model(0.7f), Model(-3.3f)];
        var plain = AnswerBlobs.Run(new AverageFunction(), new AverageParameters([3, 1, 2]), models);
        var moved = Run(new([3, 1, 2], 0, 1), [Model(123.456f), .. models]);
        Assert.Equal(Value(plain, 0), Value(moved, 0), 1e-5f);
    }

    [Fact]
    public void Too_few_models_are_refused() => Assert.Throws<InvalidDataException>(() => Run(new([1, 1], 0, 1), Model(1), Model(2)));

    private static JobOutput Run(MomentumAverageParameters parameters, params ReadOnlyMemory<byte>[] inputs) =>
        AnswerBlobs.Run(new MomentumAverageFunction(), parameters, inputs);

    private static ReadOnlyMemory<byte> Model(float value) =>
        SafeTensors.Write([new TensorBlob("w", TensorType.F32, [1], BitConverter.GetBytes(value))]);

    private static float Value(JobOutput output, int blob) => MemoryMarshal.Read<float>(SafeTensors.Read(output.Blobs[blob])["w"].Data.Span);
}
