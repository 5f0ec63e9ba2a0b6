using NMoE.Learning.Cost;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;

namespace NMoE.Federation.Roles;

/// <summary>FLOP that a device is charged for each kind of work.</summary>
/// <param name="Plan">The experiment.</param>
internal sealed record Charges(Plan Plan)
{
    /// <summary>A client's epochs of one round of stage 1.</summary>
    public double Local(int rows) => Plan.Pipeline.Objective.Flops(Plan, rows);

    /// <summary>A client's epochs of one round of stage 1 on a device of some FLOP/s, as many as it has time for.</summary>
    public double Local(int rows, double speed)
    {
        var (all, whole) = (Plan.Settings.Extractor.Epochs, Local(rows));
        return Epochs(rows, speed) is var epochs && epochs == all ? whole : whole * epochs / all;
    }

    /// <summary>Epochs that a device of some FLOP/s has time for in a round of stage 1.</summary>
    public int Epochs(int rows, double speed)
    {
        var stage = Plan.Settings.Extractor;
        return stage.ComputeWithin is { } limit ? (int)Math.Clamp(limit.TotalSeconds * speed * stage.Epochs / Local(rows), 1, stage.Epochs) : stage.Epochs;
    }

    /// <summary>What a client does for the exchange before a round.</summary>
    public double Exchange(int rows) => Plan.Pipeline.Objective.Exchange?.Flops(Plan, rows) ?? 0;

    /// <summary>A client's update to the form in which it travels.</summary>
    public double Compress => new UpdateTravel(Plan).CompressFlops;

    /// <summary>What the server makes of it.</summary>
    public double Restore => new UpdateTravel(Plan).RestoreFlops;

    /// <summary>F of some rows; where clients have more than F, those of the kind that has most.</summary>
    public double Latents(int rows) => Plan.Pipeline.Objective.Private is { } own ? Plan.Settings.Kinds.Max(kind => own.LatentFlops(Plan, kind, rows)) : LearningCost.Latents(Plan.Model.Spec, rows);

    /// <summary>An expert's epochs: the upper bound, because early stopping is not known beforehand.</summary>
    public double Expert(ModelSpec expert, int rows) => LearningCost.Expert(expert, rows, Plan.Settings.Expert.Epochs);

    /// <summary>The moments of a client's training latents.</summary>
    public double Moments(int rows) => LearningCost.Moments(Plan.Model.Spec, rows);

    /// <summary>An expert's outputs for some rows.</summary>
    public static double Logits(ModelSpec expert, int rows) => LearningCost.Logits(expert, rows);

    /// <summary>Latents of some rows to the form in which they travel, or back.</summary>
    public double Requantise(int rows) => LearningCost.Requantise(Plan.Model.Spec, rows);

    /// <summary>The gate's choices for some rows, among so many experts.</summary>
    public double Route(int rows, int experts) => LearningCost.Route(Plan.Model.GateSpec, experts, rows, Plan.Pipeline.Gate.Features?.Count ?? 0);

    /// <summary>A client's epochs of one round of FedGate, with so many experts.</summary>
    public double Gate(int rows, int experts) => Plan.Settings.Gate.Method == GateMethod.Discriminant ? LearningCost.GateSums(Plan.Model.Spec, experts, Plan.Pipeline.Gate.Rows(rows), Plan.Pipeline.Gate.Features?.Count ?? 0) : LearningCost.FedGate(
        Plan.Model.GateSpec, experts, Plan.Pipeline.Gate.Rows(rows), Plan.Settings.Gate.Epochs, Plan.Settings.Gate.NoiseForm);

    /// <summary>An average of models: a multiplication and an addition a parameter and model.</summary>
    public static double Average(long bytes, int models) => 2.0 * models * (bytes / sizeof(float));
}
