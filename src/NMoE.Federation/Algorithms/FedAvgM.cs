using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Federation.Roles;
using NMoE.Federation.Settings;
using NMoE.Learning.Jobs;

namespace NMoE.Federation.Algorithms;

/// <summary>FedAvg with momentum at the server (Hsu et al., 2019): v = b v + (w - average), w -= rate v. Each part keeps its v.</summary>
public sealed class FedAvgM : IServerOptimiser
{
    /// <inheritdoc/>
    public string Name => "fedavgm";

    /// <inheritdoc/>
    public Job Step(ExtractorSection stage, PartUpdates updates)
    {
        ArgumentNullException.ThrowIfNull(stage);
        ArgumentNullException.ThrowIfNull(updates);
        ImmutableArray<BlobRef> inputs = [updates.Before, .. updates.Models, .. updates.Kept is { } velocity ? [velocity] : ImmutableArray<BlobRef>.Empty];
        return LearningJob.Create(new MomentumAverageParameters(updates.Weights, stage.ServerMomentum, stage.ServerRate), 0, [.. inputs]);
    }
}
