using System.Collections.Immutable;
using NMoE.Compute.Jobs;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Federation.Settings;
using NMoE.Learning.Cost;
using NMoE.Learning.Gates;
using NMoE.Learning.Jobs;

namespace NMoE.Federation.Algorithms;

/// <summary>RollGate (Sec. III-C.2): a gate that goes around the clients that have experts; each labels some of its latents with its own number and the rest with the others'.</summary>
public sealed class RollGateRing : IRingStage
{
    /// <inheritdoc/>
    public string Stage => Stages.Rolling;

    /// <inheritdoc/>
    public ImmutableArray<ModelPart> Parts { get; } = [ModelPart.Gate];

    /// <inheritdoc/>
    public string DeadlineKey => "rollgate.deadline";

    /// <inheritdoc/>
    public bool IsOf(ExperimentSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return settings.Inference.Gates.Any(gate => Gates.Of(gate).Source == Stage);
    }

    /// <inheritdoc/>
    public RingRules Rules(ExperimentSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return new(settings.RollGate.Laps, settings.RollGate.Tolerance, RingKind.OfExperts);
    }

    /// <inheritdoc/>
    public ExperimentSettings Longest(ExperimentSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return settings with { RollGate = settings.RollGate with { Tolerance = 0 } };
    }

    /// <inheritdoc/>
    public TimeSpan? Deadline(ExperimentSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return settings.RollGate.Deadline;
    }

    /// <inheritdoc/>
    public Job Turn(LocalTurn turn)
    {
        ArgumentNullException.ThrowIfNull(turn);
        var (plan, settings, model) = (turn.Plan, turn.Plan.Settings.RollGate, turn.Model);
        return LearningJob.Create(
            new RollGateParameters(
                plan.Model, plan.Clients, [.. model.Ring.Order()], turn.Client, settings.Share, plan.GateKey("rollgate-labels", turn.Client),
                settings.LearningRate, settings.Batch, settings.Epochs),
            plan.GateKey("rollgate", turn.Client, model.Hop / model.Ring.Length),
            model.Model[0], turn.Latents!);
    }

    /// <inheritdoc/>
    public double Flops(Plan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return LearningCost.Gate(plan.Model, plan.Clients, plan.TrainingRows, plan.Settings.RollGate.Epochs);
    }
}
