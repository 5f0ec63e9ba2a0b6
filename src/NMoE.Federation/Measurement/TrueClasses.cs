using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Compute.Execution;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;

namespace NMoE.Federation.Measurement;

/// <summary>The labels of shards, for those who measure.</summary>
internal static class TrueClasses
{
    /// <summary>The classes of each shard's rows, [shards][rows].</summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static ImmutableArray<ImmutableArray<int>> Of(IExecutor executor, ModelSpec model, IEnumerable<BlobRef> shards, CancellationToken cancellation) =>
    [
        .. shards.Select(shard => executor.Submit(LearningJob.Create(new LabelsParameters { Pictures = model.OtherShape }, 0, shard))).ToArray()
            .Select(handle => handle.Wait(cancellation).Integers),
    ];
}
