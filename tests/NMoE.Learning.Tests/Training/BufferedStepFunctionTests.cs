using System.Runtime.InteropServices;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Learning.Jobs;
using NMoE.Learning.Tests.Metrics;
using NMoE.Learning.Training;

namespace NMoE.Learning.Tests.Training;

public sealed class BufferedStepFunctionTests
{
    /// <summary>By hand: w = 10; a client went from 10 to 14 and one that began earlier from 8 to 7: 10 + 0.5 * 4 + 0.25 * (-1) = 11.75.</summary>
    [Fact]
    public void The_model_moves_by_the_weighed_changes() =>
        Assert.Equal(11.75f, Value(Run(new([0.5, 0.25]), Model(10), Model(14), Model(10), Model(7), Model(8))));

    [Fact]
    public void When_all_begin_with_the_model_itself_it_is_FedAvg_within_rounding()
    {
        ReadOnlyMemory<byte>[] models = [Model(0.1f), Model(0.7f), Model(-3.3f)];
        var plain = AnswerBlobs.Run(new AverageFunction(), new AverageParameters([3, 1, 2]), models);
        var moved = Run(new([3 / 6.0, 1 / 6.0, 2 / 6.0]), [Model(2.5f), .. models.SelectMany(model => new[] { model, Model(2.5f) })]);
        Assert.Equal(Value(plain), Value(moved), 1e-6f);
    }

    /// <summary>By hand: 0.25 * 0.3 + 0.5 * 0.3 + 0.25 * 0.2; changes alone would give 0.3 + 0.5 * (0.3 - 1) + 0.25 * (0.2 - 1) = -0.25.</summary>
    [Fact]
    public void A_running_variance_is_a_mean_and_never_below_zero() => Assert.Equal(
        0.275f,
        Value(Run(new([0.5, 0.25]), Model(0.3f, "bn.running_var"), Model(0.3f, "bn.running_var"), Model(1, "bn.running_var"), Model(0.2f, "bn.running_var"), Model(1, "bn.running_var")), "bn.running_var"));

    [Fact]
    public void An_update_without_the_model_it_began_with_is_refused() =>
        Assert.Throws<InvalidDataException>(() => Run(new([1]), Model(1), Model(2)));

    private static JobOutput Run(BufferedStepParameters parameters, params ReadOnlyMemory<byte>[] inputs) =>
        AnswerBlobs.Run(new BufferedStepFunction(), parameters, inputs);

    private static ReadOnlyMemory<byte> Model(float value, string name = "w") =>
        SafeTensors.Write([new TensorBlob(name, TensorType.F32, [1], BitConverter.GetBytes(value))]);

    private static float Value(JobOutput output, string name = "w") => MemoryMarshal.Read<float>(SafeTensors.Read(output.Blobs[0])[name].Data.Span);
}
