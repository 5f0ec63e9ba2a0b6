using System.Collections.Immutable;
using NMoE.Compute.Jobs;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Federation.Settings;
using NMoE.Learning.Cost;
using NMoE.Learning.Gates;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;

namespace NMoE.Federation.Algorithms;

/// <summary>RollGate (Sec. III-C.2): a gate that goes around the clients that have experts; each labels some of its latents with its own number and the rest with the others'.</summary>
internal sealed class RollGateRing : IRingStage, ICaseSettings
{
    public string Stage => Stages.Rolling;

    public ImmutableArray<ModelPart> Parts { get; } = [ModelPart.Gate];

    public string DeadlineKey => "rollgate.deadline";

    public bool IsOf(ExperimentSettings settings) => settings.Inference.Gates.Any(gate => Gates.Of(gate).Source == Stage);

    public RingRules Rules(ExperimentSettings settings) => new(settings.RollGate.Laps, settings.RollGate.Tolerance, RingKind.OfExperts);

    public ExperimentSettings Longest(ExperimentSettings settings) => settings with { RollGate = settings.RollGate with { Tolerance = 0 } };

    public TimeSpan? Deadline(ExperimentSettings settings) => settings.RollGate.Deadline;

    public Job Turn(LocalTurn turn)
    {
        var (plan, settings, model, peers) = (turn.Plan, turn.Plan.Settings.RollGate, turn.Model, turn.Plan.Peers);
        var experts = peers.IsFull ? model.Ring.Order() : peers.Experts(turn.Client).Where(model.Ring.Contains).Select(expert => peers.Place(turn.Client, expert));
        return LearningJob.Create(
            new RollGateParameters(
                plan.Model.GateSpec, peers.Count(turn.Client), [.. experts], peers.Place(turn.Client, turn.Client), settings.Share, plan.Seeds.GateKey("rollgate-labels", turn.Client),
                settings.LearningRate, settings.Batch, settings.Epochs)
            {
                Rows = peers.Rows(turn.Client),
            },
            plan.Seeds.GateKey("rollgate", turn.Client, model.Hop / model.Ring.Length),
            model.Model[0], turn.Latents!);
    }

    public double Flops(Plan plan, int rows) => LearningCost.Gate(plan.Model.GateSpec, plan.Peers.Most, rows, plan.Settings.RollGate.Epochs);

    ExperimentSettings ICaseSettings.Draw(ExperimentSettings settings, Draw draw) => settings with
    {
        RollGate = settings.RollGate with { Laps = draw.Whole(1, 2), Epochs = 1, Tolerance = draw.Of(0, 0.001), Deadline = draw.Milliseconds(2_500, 4_000) },
    };

    ExperimentSettings ICaseSettings.Timed(ExperimentSettings settings, Plan plan, Func<double, int> epochs) => settings with { RollGate = settings.RollGate with { Epochs = epochs(Flops(plan, plan.Deal.MostRows)) } };
}
