using NMoE.Compute.Jobs;
using NMoE.Federation.Roles;
using NMoE.Federation.Settings;

namespace NMoE.Federation.Algorithms;

/// <summary>FedAvg of clients that are pulled back to the round's start (Li et al., 2020); with mu = 0 it is FedAvg.</summary>
public sealed class FedProx : IServerOptimiser
{
    /// <inheritdoc/>
    public string Name => "fedprox";

    /// <inheritdoc/>
    public bool IsPlainAverage => true;

    /// <inheritdoc/>
    public double Proximal(ExtractorSection stage)
    {
        ArgumentNullException.ThrowIfNull(stage);
        return stage.Proximal;
    }

    /// <inheritdoc/>
    public Job Step(ExtractorSection stage, PartUpdates updates) => FedAvg.Average(updates);
}
