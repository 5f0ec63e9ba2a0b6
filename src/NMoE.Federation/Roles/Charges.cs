using NMoE.Learning.Cost;
using NMoE.Learning.Jobs;

namespace NMoE.Federation.Roles;

/// <summary>FLOP that a device is charged for each kind of work.</summary>
/// <param name="Plan">The experiment.</param>
internal sealed record Charges(Plan Plan)
{
    /// <summary>A client's epochs of one round of stage 1.</summary>
    public double Local => Plan.Objective.Flops(Plan);

    /// <summary>R of a client's shard.</summary>
    public double Correlation => Plan.Objective.MatrixFlops(Plan);

    /// <summary>F of some rows.</summary>
    public double Latents(int rows) => LearningCost.Latents(Plan.Model, rows);

    /// <summary>An expert's epochs: the upper bound, because early stopping is not known beforehand.</summary>
    public double Expert => LearningCost.Expert(Plan.Model, Plan.TrainingRows, Plan.Settings.Expert.Epochs);

    /// <summary>The moments of a client's training latents.</summary>
    public double Moments => LearningCost.Moments(Plan.Model, Plan.TrainingRows);

    /// <summary>An expert's outputs for some rows.</summary>
    public double Logits(int rows) => LearningCost.Logits(Plan.Model, rows);

    /// <summary>Latents of some rows to the form in which they travel, or back.</summary>
    public double Requantise(int rows) => LearningCost.Requantise(Plan.Model, rows);

    /// <summary>The gate's choices for some rows.</summary>
    public double Route(int rows) => LearningCost.Route(Plan.Model, Plan.Clients, rows, Plan.GateFeatures?.Count ?? 0);

    /// <summary>A client's epochs of one round of FedGate.</summary>
    public double Gate => Plan.Settings.Gate.Method == GateMethod.Discriminant ? LearningCost.GateSums(Plan.Model, Plan.Clients, Plan.GateRows, Plan.GateFeatures?.Count ?? 0) : LearningCost.FedGate(
        Plan.Model, Plan.Clients, Plan.GateRows, Plan.Settings.Gate.Epochs, Plan.Settings.Gate.NoiseForm);

    /// <summary>An average of models: a multiplication and an addition a parameter and model.</summary>
    public static double Average(long bytes, int models) => 2.0 * models * (bytes / sizeof(float));
}
