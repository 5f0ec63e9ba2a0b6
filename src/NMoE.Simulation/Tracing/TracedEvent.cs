using NMoE.Simulation.Time;

namespace NMoE.Simulation.Tracing;

/// <summary>One event of a trace.</summary>
/// <param name="At">When.</param>
/// <param name="From">Who caused it: a device, an actor's path, or nobody.</param>
/// <param name="To">Whom it reached.</param>
/// <param name="Kind">What it was.</param>
/// <param name="Bytes">Bytes on the wire; 0 for what is no message between devices.</param>
public readonly record struct TracedEvent(VirtualTime At, string From, string To, string Kind, long Bytes)
{
    /// <summary>The event as a sentence.</summary>
    public override string ToString() => FormattableString.Invariant($"{At} {From} -> {To}: {Kind} ({Bytes} B)");
}
