using System.Collections.Immutable;
using NMoE.Compute.Jobs;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Federation.Settings;
using NMoE.Learning.Cost;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;

namespace NMoE.Federation.Algorithms;

/// <summary>
/// Cyclic weight transfer (Chang et al., 2018): one model, F and a predictor, goes around the clients, and each trains it on its own pictures as FedCE would before it passes it on. Nothing is
/// averaged; a lap is a round.
/// </summary>
internal sealed class CyclicTransfer : IObjective, IRingStage
{
    public string Name => "cyclic";

    public string Stage => Stages.Extractor;

    public ImmutableArray<ModelPart> Parts { get; } = [ModelPart.Extractor, ModelPart.Expert];

    public string DeadlineKey => "extractor.deadline";

    public bool IsOf(ExperimentSettings settings) => settings.Extractor.Method == Name;

    public RingRules Rules(ExperimentSettings settings) => new(settings.Extractor.Rounds, 0, RingKind.OfJoined);

    public TimeSpan? Deadline(ExperimentSettings settings) => settings.Extractor.Deadline;

    public Job Turn(LocalTurn turn) => Local(new LocalRound(turn.Plan, turn.Client, Ring.Lap(turn.Model), turn.Model.Model, turn.Shard!));

    public Job Local(LocalRound round) => LearningJob.Create(
        FedCeObjective.Parameters(round.Plan, round.Round), round.Plan.Seeds.Key(Name, round.Client, round.Round), [.. round.Model, round.Shard]);

    public double Flops(Plan plan, int rows) => LearningCost.FedCe(plan.Model.Spec, rows, plan.Settings.Extractor.Epochs);

    public SettingConflict? Conflict(ExperimentSettings settings)
    {
        const string problem = "one model goes around the clients, and nothing is averaged";
        return settings.Extractor.Algorithm != FedAvg.OptimiserName ? new("extractor.algorithm", problem, FedAvg.OptimiserName)
            : settings.Extractor.Head != HeadSharing.Shared ? new("extractor.head", problem, "shared")
            : settings.Model.Norm == NormRule.BatchLocal ? new("model.norm", problem, "group or batch")
            : settings.Extractor.Cohort.Aggregation != Aggregation.Synchronous ? new("extractor.aggregation", problem, "synchronous")
            : null;
    }
}
