using System.Collections.Immutable;
using NMoE.Compute.Jobs;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Federation.Settings;
using NMoE.Learning.Cost;
using NMoE.Learning.Jobs;

namespace NMoE.Federation.Algorithms;

/// <summary>
/// Cyclic weight transfer (Chang et al., 2018): one model, F and a predictor, goes around the clients, and each trains it on its own pictures as FedCE would before it passes it on. Nothing is
/// averaged; a lap is a round.
/// </summary>
public sealed class CyclicTransfer : IObjective, IRingStage
{
    /// <inheritdoc cref="IObjective.Name"/>
    public string Name => "cyclic";

    /// <inheritdoc/>
    public string Stage => Stages.Extractor;

    /// <inheritdoc cref="IObjective.Parts"/>
    public ImmutableArray<ModelPart> Parts { get; } = [ModelPart.Extractor, ModelPart.Expert];

    /// <inheritdoc/>
    public string DeadlineKey => "extractor.deadline";

    /// <inheritdoc/>
    public bool IsOf(ExperimentSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return settings.Extractor.Method == Name;
    }

    /// <inheritdoc/>
    public RingRules Rules(ExperimentSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return new(settings.Extractor.Rounds, 0, RingKind.OfJoined);
    }

    /// <inheritdoc/>
    public TimeSpan? Deadline(ExperimentSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return settings.Extractor.Deadline;
    }

    /// <inheritdoc/>
    public Job Turn(LocalTurn turn)
    {
        ArgumentNullException.ThrowIfNull(turn);
        return Local(new LocalRound(turn.Plan, turn.Client, Ring.Lap(turn.Model), turn.Model.Model, turn.Shard!));
    }

    /// <inheritdoc/>
    public Job Local(LocalRound round)
    {
        ArgumentNullException.ThrowIfNull(round);
        return LearningJob.Create(
            FedCeObjective.Parameters(round.Plan.Model, round.Plan.Settings.Extractor, round.Round), round.Plan.Key(Name, round.Client, round.Round), [.. round.Model, round.Shard]);
    }

    /// <inheritdoc cref="IObjective.Flops"/>
    public double Flops(Plan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return LearningCost.FedCe(plan.Model, plan.TrainingRows, plan.Settings.Extractor.Epochs);
    }

    /// <inheritdoc/>
    public SettingConflict? Conflict(ExperimentSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        const string problem = "one model goes around the clients, and nothing is averaged";
        return settings.Extractor.Algorithm != FedAvg.OptimiserName ? new("extractor.algorithm", problem, FedAvg.OptimiserName)
            : settings.Extractor.Head != HeadSharing.Shared ? new("extractor.head", problem, "shared")
            : settings.Model.Norm == NormRule.BatchLocal ? new("model.norm", problem, "group or batch")
            : settings.Extractor.Cohort.Aggregation != Aggregation.Synchronous ? new("extractor.aggregation", problem, "synchronous")
            : null;
    }
}
