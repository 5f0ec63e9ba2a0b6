using System.Collections.Immutable;
using NMoE.Compute.Jobs;
using NMoE.Federation.Roles;
using NMoE.Learning.Cost;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;

namespace NMoE.Federation.Algorithms;

/// <summary>FedCE: cross-entropy of F and a predictor, Eq. (2).</summary>
internal sealed class FedCeObjective : IObjective
{
    /// <summary>Its name in configurations.</summary>
    public const string ObjectiveName = "fedce";

    public string Name => ObjectiveName;

    public ImmutableArray<ModelPart> Parts { get; } = [ModelPart.Extractor, ModelPart.Expert];

    public int CaseWeight => 7;

    public Job Local(LocalRound round)
    {
        var (plan, stage) = (round.Plan, round.Plan.Settings.Extractor);
        var parameters = Parameters(plan, round.Round) with { Proximal = plan.Pipeline.Optimiser.Proximal(stage), Epochs = round.Epochs };
        var seed = plan.Seeds.Key("fedce", round.Client, round.Round);
        return plan.Pipeline.Optimiser is IControlVariates control
            ? control.Local(parameters, seed, round)
            : WrittenJob<FedCeParameters>.Of(parameters, seed, [.. round.Model, round.Shard]);
    }

    public double Flops(Plan plan, int rows) => LearningCost.FedCe(plan.Model.Spec, rows, plan.Settings.Extractor.Epochs);

    /// <summary>The parameters of a round, without a pull back to its start.</summary>
    internal static FedCeParameters Parameters(Plan plan, int round)
    {
        var stage = plan.Settings.Extractor;
        return new(plan.Model.Spec, Schedule.LearningRate(plan, round), stage.Momentum, stage.WeightDecay, stage.Batch, stage.Epochs, stage.Clip, stage.Augmentation, 0);
    }
}
