using System.Runtime.InteropServices;
using NMoE.Compute.Blobs;
using NMoE.Learning.Jobs;
using NMoE.Learning.Tests.Metrics;
using NMoE.Learning.Training;

namespace NMoE.Learning.Tests.Training;

public sealed class AverageFunctionTests
{
    [Fact]
    public void Models_count_by_their_samples()
    {
        var average = AnswerBlobs.Run(new AverageFunction(), new AverageParameters([1, 3]), Model(0f, 8f), Model(4f, 0f));
        Assert.Equal([3f, 2f], Values(average.Blobs[0]));
    }

    [Fact]
    public void One_model_stays_as_it_is_to_the_bit() =>
        Assert.Equal(
            Model(0.1f, 1e-30f).ToArray(),
            AnswerBlobs.Run(new AverageFunction(), new AverageParameters([2500]), Model(0.1f, 1e-30f)).Blobs[0].ToArray());

    [Fact]
    public void Integer_buffers_are_copied_and_not_averaged()
    {
        var average = AnswerBlobs.Run(new AverageFunction(), new AverageParameters([1, 1]), Steps(5), Steps(9));
        Assert.Equal(5, MemoryMarshal.Read<long>(SafeTensors.Read(average.Blobs[0])["steps"].Data.Span));
    }

    [Fact]
    public void As_many_weights_as_models_are_needed() =>
        Assert.Throws<InvalidDataException>(() => AnswerBlobs.Run(new AverageFunction(), new AverageParameters([1]), Model(1f), Model(2f)));

    private static ReadOnlyMemory<byte> Model(params float[] values) => SafeTensors.Write(
        [new TensorBlob("w", TensorType.F32, [values.Length], MemoryMarshal.AsBytes(values.AsSpan()).ToArray())]);

    private static ReadOnlyMemory<byte> Steps(long steps) => SafeTensors.Write(
        [new TensorBlob("steps", TensorType.I64, [1], BitConverter.GetBytes(steps))]);

    private static float[] Values(ReadOnlyMemory<byte> model) =>
        MemoryMarshal.Cast<byte, float>(SafeTensors.Read(model)["w"].Data.Span).ToArray();
}
