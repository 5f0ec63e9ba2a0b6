using NMoE.Compute.Jobs;
using NMoE.Federation.Roles;
using NMoE.Federation.Settings;
using NMoE.Learning.Jobs;

namespace NMoE.Federation.Algorithms;

/// <summary>The average, weighed by samples (McMahan et al., 2017).</summary>
public sealed class FedAvg : IServerOptimiser
{
    /// <summary>Its name in configurations.</summary>
    public const string OptimiserName = "fedavg";

    /// <inheritdoc/>
    public string Name => OptimiserName;

    /// <inheritdoc/>
    public bool IsPlainAverage => true;

    /// <inheritdoc/>
    public Job Step(ExtractorSection stage, PartUpdates updates) => Average(updates);

    internal static Job Average(PartUpdates updates)
    {
        ArgumentNullException.ThrowIfNull(updates);
        return LearningJob.Create(new AverageParameters(updates.Weights), 0, [.. updates.Models]);
    }
}
