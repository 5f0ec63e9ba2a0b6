namespace NMoE.Simulation.Faults;

/// <summary>What happens to some devices at some time.</summary>
/// <param name="At">Virtual time from the beginning, or from the start of <see cref="Stage"/>.</param>
/// <param name="Verb">What happens.</param>
/// <param name="Who">To whom.</param>
/// <param name="From">From whom they are cut off; null for verbs of one side.</param>
/// <param name="Factor">How many times slower; 1 for other verbs.</param>
/// <param name="For">How long; zero for good, and for a crash as long as the supervisor's back-off.</param>
public sealed record ScheduledFault(TimeSpan At, DeviceVerb Verb, DeviceGroup Who, DeviceGroup? From, double Factor, TimeSpan For)
{
    /// <summary>The stage from whose start <see cref="At"/> counts; null where it counts from the beginning of the run.</summary>
    public string? Stage { get; init; }
}

/// <summary>What happens to devices.</summary>
public enum DeviceVerb
{
    /// <summary>They lose what was not persisted, and transfers from and to them stop.</summary>
    Crash,

    /// <summary>They crash and never return.</summary>
    Kill,

    /// <summary>They compute more slowly.</summary>
    Slow,

    /// <summary>Nothing passes between them and others, and what is in flight is lost.</summary>
    Partition,

    /// <summary>Nothing moves between them and others; it goes on where it was when they are released.</summary>
    Hold,
}
