using NMoE.Federation.Settings;
using NMoE.Simulation.Faults;

namespace NMoE.Federation.Fuzzing.Invariants;

/// <summary>Cases in which nothing goes wrong that a deadline could notice.</summary>
internal static class Harmless
{
    // Far below every deadline.
    private static readonly TimeSpan Unnoticed = TimeSpan.FromMilliseconds(50);

    /// <summary>Whether a case's faults are at most copies and short delays, and its links lose nothing.</summary>
    public static bool Is(ExperimentSettings settings) =>
        settings.Faults is { Schedule.IsEmpty: true, Crashes.Share: 0 } faults && faults.Churn.Up == TimeSpan.Zero && faults.Rules.All(IsHarmless) && LosesNothing(settings.Channel);

    private static bool LosesNothing(ChannelSection channel) => channel is { Model: ChannelModel.Fixed } or { Paths.IsEmpty: true, Loss: { Form: LossForm.Independent, Probability: 0 } };

    private static bool IsHarmless(MessageFault rule) =>
        rule.Verb == FaultVerb.Duplicate || (rule.Verb is FaultVerb.Delay or FaultVerb.Reorder && rule.By <= Unnoticed);
}
