using NMoE.Compute.Execution;

namespace NMoE.Federation.Measurement;

/// <summary>Accuracies of rounds, whose jobs nobody in the world waits for. Of a run that is being stopped a score may be there that was not taken: it is not known.</summary>
internal static class RoundScores
{
    /// <summary>An accuracy that is there; null where it is not, or not yet.</summary>
    public static double? Known(IJobHandle? score) => score is { IsFinished: true } ? Await(score) : null;

    /// <summary>An accuracy, once it is there; null where there is none to come.</summary>
    public static double? Await(IJobHandle? score)
    {
        try
        {
            return score?.Wait(CancellationToken.None).Metrics["accuracy"];
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }
}
