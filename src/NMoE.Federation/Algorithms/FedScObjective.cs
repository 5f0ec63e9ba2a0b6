using System.Collections.Immutable;
using NMoE.Compute.Jobs;
using NMoE.Federation.Roles;
using NMoE.Learning.Cost;
using NMoE.Learning.Jobs;

namespace NMoE.Federation.Algorithms;

/// <summary>
/// FedSC, Eq. (4): two views of each picture, without labels, against the other clients' correlation matrices. Those are exchanged before the training of each
/// round, which spans the system: a client's matrix and its noise are <c>ClientCorrelation</c>'s, the sums of the others' <c>AggregatorCorrelations</c>', the messages
/// <c>Correlate</c>, <c>Correlated</c> and <c>TrainAgainst</c>, and how much noise there is <see cref="Plan.Noise"/>'s.
/// </summary>
public sealed class FedScObjective : IObjective
{
    /// <summary>Its name in configurations.</summary>
    public const string ObjectiveName = "fedsc";

    /// <inheritdoc/>
    public string Name => ObjectiveName;

    /// <inheritdoc/>
    public ImmutableArray<ModelPart> Parts { get; } = [ModelPart.Extractor, ModelPart.Projection];

    /// <inheritdoc/>
    public bool ExchangesMatrices => true;

    /// <inheritdoc/>
    public long MatrixNumbers(Plan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return (long)plan.Settings.FedSc.Dimension * plan.Settings.FedSc.Dimension;
    }

    /// <inheritdoc/>
    public double MatrixFlops(Plan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return LearningCost.Correlation(plan.Model, plan.Settings.FedSc.Dimension, plan.TrainingRows);
    }

    /// <inheritdoc/>
    public Job Local(LocalRound round)
    {
        ArgumentNullException.ThrowIfNull(round);
        var plan = round.Plan;
        var (stage, settings) = (plan.Settings.Extractor, plan.Settings.FedSc);
        var self = Schedule.SelfWeight(settings.SelfWeight, round.Share, round.Round, stage.Rounds);
        var parameters = new FedScParameters(
            plan.Model, settings.Dimension, settings.Cap, self, round.Share < 1 ? (1 - self) / (1 - round.Share) : 1,
            Schedule.LearningRate(stage, round.Round), stage.Momentum, stage.WeightDecay, stage.Batch, stage.Epochs, stage.Clip,
            plan.Optimiser.Proximal(stage));
        return LearningJob.Create(parameters, plan.Key("fedsc", round.Client, round.Round), [.. round.Model, round.Shard, .. round.External]);
    }

    /// <inheritdoc/>
    public double Flops(Plan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return LearningCost.FedSc(plan.Model, plan.Settings.FedSc.Dimension, plan.TrainingRows, plan.Settings.Extractor.Epochs);
    }
}
