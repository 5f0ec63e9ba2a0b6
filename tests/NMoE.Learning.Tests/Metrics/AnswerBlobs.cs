using System.Runtime.InteropServices;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Learning.Jobs;

namespace NMoE.Learning.Tests.Metrics;

/// <summary>Makes the blobs that scoring jobs read.</summary>
internal static class AnswerBlobs
{
    public static ReadOnlyMemory<byte> Scores(string name, int classes, params float[] values) => SafeTensors.Write(
        [new TensorBlob(name, TensorType.F32, [values.Length / classes, classes], MemoryMarshal.AsBytes(values.AsSpan()).ToArray())]);

    public static ReadOnlyMemory<byte> Shard(params long[] labels) => SafeTensors.Write(
    [
        new TensorBlob("images", TensorType.U8, [labels.Length, 3, 32, 32], new byte[labels.Length * 3072]),
        new TensorBlob("labels", TensorType.I64, [labels.Length], MemoryMarshal.AsBytes(labels.AsSpan()).ToArray()),
    ]);

    public static JobOutput Run<T>(IJobFunction function, T parameters, params ReadOnlyMemory<byte>[] inputs)
        where T : IJobParameters => function.Run(new(LearningJob.Create(parameters, 1), [.. inputs], CancellationToken.None));
}
