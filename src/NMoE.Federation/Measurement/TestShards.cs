using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Compute.Execution;
using NMoE.Federation.Roles;
using NMoE.Federation.Settings;

namespace NMoE.Federation.Measurement;

/// <summary>The pictures that those who measure score with.</summary>
public static class TestShards
{
    /// <summary>All clients' test shards by test set, in client order; empty where evaluation is off.</summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static ImmutableSortedDictionary<TestPartition, ImmutableArray<BlobRef>> Deal(Plan plan, IExecutor executor, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(executor);
        if (!plan.Settings.Evaluation.Enabled)
        {
            return ImmutableSortedDictionary<TestPartition, ImmutableArray<BlobRef>>.Empty;
        }

        var handles = plan.Settings.Inference.TestPartitions.Distinct().Select(test =>
            (Test: test, Shards: plan.Deal.ClientNumbers.Select(client => executor.Submit(plan.Deal.TestShard(client, test))).ToArray())).ToArray();
        return handles.ToImmutableSortedDictionary(
            item => item.Test,
            item => item.Shards.Select(handle => handle.Wait(cancellation).Outputs[0]).ToImmutableArray());
    }
}
