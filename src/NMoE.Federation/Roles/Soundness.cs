using NMoE.Federation.Protocol;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Roles;

/// <summary>What a message must be like before a role looks at it: who says it, and that its numbers can be meant. Nothing that comes from outside is trusted.</summary>
internal static class Soundness
{
    /// <summary>Whether a message can be meant; roles take no notice of others.</summary>
    public static bool IsSound(Plan plan, DeviceId from, IMessage message) => message switch
    {
        TrainRound round => IsAggregator(plan, from) && IsModel(plan, round.Stage, round.Model.Length) && IsRound(plan, round.Stage, round.Round) && round.Control.Length <= 1
            && round.Moments.Length == (round.Stage == TrainingStage.Gate && plan.StandardisesGate ? 1 : 0),
        Correlate asked => IsAggregator(plan, from) && asked.Model.Length == plan.SharedParts.Length && IsRound(plan, TrainingStage.Extractor, asked.Round),
        TrainAgainst against => IsAggregator(plan, from) && IsRound(plan, TrainingStage.Extractor, against.Round),
        PublishModel published => IsAggregator(plan, from) && published.Lineage <= from.Place && published.Model.Length == (published.Stage == TrainingStage.Extractor ? plan.PublishedParts : 1) && AreClients(plan, published.Experts),
        ShareLatents share => IsAggregator(plan, from) && share.Experts.Length > 0 && AreClients(plan, share.Experts),
        RoundUpdate update => IsClient(plan, from) && update.Stage != TrainingStage.Rolling && IsRound(plan, update.Stage, update.Round) && update.Samples > 0 && double.IsFinite(update.Loss),
        Correlated matrix => IsClient(plan, from) && IsRound(plan, TrainingStage.Extractor, matrix.Round),
        TrainingLatents asked => IsClient(plan, from) && asked.Rows > 0 && asked.Rows <= plan.TrainingRows,
        RouteLatents { Substitution: var asked } => IsClient(plan, from) && IsSubstitution(plan, asked),
        ExpertOutputs { Substitution: var asked } => IsClient(plan, from) && IsSubstitution(plan, asked),
        GateDataReady { Experts: var opinions } => IsClient(plan, from) && AreClients(plan, opinions),
        ExpertReady ready => IsClient(plan, from) && ready.Moments.Length == (plan.StandardisesGate ? 1 : 0),
        TrainingLogits or ServingBegun or Join => IsClient(plan, from),
        Rejoin => IsClient(plan, from) || IsAggregator(plan, from),
        RollingGate gate => (IsClient(plan, from) || IsAggregator(plan, from)) && IsRing(plan, gate),
        BeginServing { Experts: var experts } => from == DeviceId.Supervisor && AreClients(plan, experts),
        BeginTraining => from == DeviceId.Supervisor,
        TrainingFinished { Experts: var experts } => IsAggregator(plan, from) && AreClients(plan, experts),
        NothingNew or CheckpointTaken => IsAggregator(plan, from),
        AggregatorAt at => (from == DeviceId.Supervisor || IsAggregator(plan, from)) && at.Place >= 0 && at.Place < plan.Places,
        Checkpoint kept => IsAggregator(plan, from) && IsKept(plan, kept),
        _ => true,
    };

    private static bool IsAggregator(Plan plan, DeviceId from) => from.IsAggregator && from.Place < plan.Places;

    /// <summary>Whether an aggregator could go on from it.</summary>
    private static bool IsKept(Plan plan, Checkpoint kept) =>
        kept.Number > 0 && kept.Extractor.Length == plan.SharedParts.Length && kept.Gates.Length == 2 && kept.Control.Length <= 1 && kept.Moments.Length <= 1 && kept.Lineage < plan.Places
        && kept.Round >= 1 && kept.Round <= Math.Max(plan.Settings.Extractor.Rounds, plan.Settings.Gate.Exchanges) + 1
        && kept.Joined.Count > 0 && kept.Joined.All(client => IsClient(plan, client.Key) && client.Value > 0)
        && AreClients(plan, kept.Ready.Concat(kept.Experts).Concat(kept.Unlearned).Concat(kept.Silent).Concat(kept.Counted.Keys)) && kept.Correlations.Keys.All(kept.Joined.ContainsKey);

    private static bool IsClient(Plan plan, DeviceId device) => IsClient(plan, device.Number);

    private static bool IsClient(Plan plan, int number) => number >= 0 && number < plan.Clients;

    private static bool AreClients(Plan plan, IEnumerable<int> numbers) => numbers.All(number => IsClient(plan, number));

    private static bool IsModel(Plan plan, TrainingStage stage, int parts) => stage switch
    {
        TrainingStage.Extractor => parts == plan.SharedParts.Length,
        TrainingStage.Gate => parts == 1,
        _ => false,
    };

    private static bool IsRound(Plan plan, TrainingStage stage, int round) =>
        round >= 1 && round <= (stage == TrainingStage.Extractor ? plan.Settings.Extractor.Rounds : plan.Settings.Gate.Exchanges);

    private static bool IsSubstitution(Plan plan, int number) => number >= 0 && number <= plan.Settings.Inference.Alternatives;

    private static bool IsRing(Plan plan, RollingGate gate) =>
        gate.Ring.Length > 0 && gate.Ring.All(client => IsClient(plan, client)) && gate.Ring.Distinct().Count() == gate.Ring.Length
        && gate.Hop >= 0 && gate.Hop <= (plan.Settings.RollGate.Laps + 1) * gate.Ring.Length && gate.Missed.All(gate.Ring.Contains);
}
