using System.Collections.Immutable;
using NMoE.Compute.Jobs;
using NMoE.Federation.Roles;
using NMoE.Learning.Cost;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;

namespace NMoE.Federation.Algorithms;

/// <summary>
/// FedSC, Eq. (4): two views of each picture, without labels, against the other clients' correlation matrices. Those are exchanged before the training of each
/// round, which spans the system: a client's matrix and its noise are <c>ClientCorrelation</c>'s, the sums of the others' <c>AggregatorCorrelations</c>', the messages
/// <c>Correlate</c>, <c>Correlated</c> and <c>TrainAgainst</c>, and how much noise there is <see cref="Pipeline.Noise"/>'s.
/// </summary>
internal sealed class FedScObjective : IObjective
{
    /// <summary>Its name in configurations.</summary>
    public const string ObjectiveName = "fedsc";

    public string Name => ObjectiveName;

    public ImmutableArray<ModelPart> Parts { get; } = [ModelPart.Extractor, ModelPart.Projection];

    public bool ExchangesMatrices => true;

    public long MatrixNumbers(Plan plan) => (long)plan.Settings.FedSc.Dimension * plan.Settings.FedSc.Dimension;

    public double MatrixFlops(Plan plan, int rows) => LearningCost.Correlation(plan.Model.Spec, plan.Settings.FedSc.Dimension, rows);

    public Job Local(LocalRound round)
    {
        var plan = round.Plan;
        var (stage, settings) = (plan.Settings.Extractor, plan.Settings.FedSc);
        var self = Schedule.SelfWeight(settings.SelfWeight, round.Share, round.Round, stage.Rounds);
        var parameters = new FedScParameters(
            plan.Model.Spec, settings.Dimension, settings.Cap, self, round.Share < 1 ? (1 - self) / (1 - round.Share) : 1,
            Schedule.LearningRate(stage, round.Round), stage.Momentum, stage.WeightDecay, stage.Batch, stage.Epochs, stage.Clip,
            plan.Pipeline.Optimiser.Proximal(stage));
        return LearningJob.Create(parameters, plan.Seeds.Key("fedsc", round.Client, round.Round), [.. round.Model, round.Shard, .. round.External]);
    }

    public double Flops(Plan plan, int rows) => LearningCost.FedSc(plan.Model.Spec, plan.Settings.FedSc.Dimension, rows, plan.Settings.Extractor.Epochs);
}
