namespace NMoE.Reporting.Predictions;

/// <summary>How long one round took, predicted and measured.</summary>
/// <param name="Stage">Stage, as in <see cref="Federation.Records.RoundRecord"/>.</param>
/// <param name="Round">Round, from 1.</param>
/// <param name="PredictedSeconds">In the simulated run, in virtual seconds.</param>
/// <param name="MeasuredSeconds">In the live run, in seconds.</param>
/// <param name="Counts">Whether it counts: a stage's first round holds what came before it, such as dealing data, which takes the simulator no time.</param>
public sealed record RoundComparison(string Stage, int Round, double PredictedSeconds, double MeasuredSeconds, bool Counts)
{
    /// <summary>By how much of the measured time the predicted one is longer, in percent.</summary>
    public double ErrorPercent => 100 * ((PredictedSeconds / MeasuredSeconds) - 1);
}
