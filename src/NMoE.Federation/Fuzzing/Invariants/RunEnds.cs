using NMoE.Federation.Devices;
using NMoE.Federation.Settings;

namespace NMoE.Federation.Fuzzing.Invariants;

/// <summary>
/// A run ends, with a result or with a reason that lies in the experiment; one in which nothing goes wrong that a deadline could notice ends with a result. A stall, a livelock, a role that
/// throws or does what no device could do, and a run beyond all bounds are none of that.
/// </summary>
internal sealed class RunEnds(ExperimentSettings settings) : IInvariant
{
    private const long MostEvents = 300_000;

    // Every wait of a role has a deadline below a minute here, and is begun again a few times.
    private static readonly TimeSpan MostTime = TimeSpan.FromHours(4);
    private long _events;

    public string Name => "run-ends";

    public string? See(Happening happening) => happening switch
    {
        EventOver over when ++_events > MostEvents => FormattableString.Invariant($"the run is not over after {_events} events, at {over.At}"),
        EventOver over when over.At.Ticks > MostTime.Ticks => $"the run is not over at {over.At}",
        RunOver { Failure: ExperimentFailedException { Message.Length: 0 } } => "the run ended without a result or a reason",
        RunOver { Failure: ExperimentFailedException reason } when Harmless.Is(settings) => "nothing went wrong that a deadline could notice, and the run has no result: " + reason.Message,
        RunOver { Failure: not null and not ExperimentFailedException } over => $"{over.Failure.GetType().Name}: {over.Failure.Message}",
        _ => null,
    };
}
