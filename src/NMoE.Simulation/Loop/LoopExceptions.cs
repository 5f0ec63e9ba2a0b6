using NMoE.Simulation.Time;

namespace NMoE.Simulation.Loop;

/// <summary>A message or timer came from outside the loop's thread: real time leaked into the world.</summary>
public sealed class RealTimeLeakException(string receiver, string message, string sender)
    : SimulationException($"Real time leaked into the world: '{message}' for {receiver} came from another thread (sender: {sender}). "
        + "Inside the world use timers and the compute port; never Task, Ask or PipeTo.");

/// <summary>Nothing is left to happen, and somebody still waits.</summary>
public sealed class StallException(VirtualTime at, IReadOnlyList<string> waits)
    : SimulationException($"The world stalled at {at}: nothing is left to happen, but {Listing.Of(waits, "; ")}.")
{
    /// <summary>Who waits for what, ordered by name.</summary>
    public IReadOnlyList<string> Waits { get; } = waits;
}

/// <summary>Too much happened without the clock moving.</summary>
public sealed class LivelockException(VirtualTime at, long runs, IReadOnlyList<string> waits)
    : SimulationException(FormattableString.Invariant($"Livelock at {at}: {runs} runs without the clock moving, more than so many actors can need; ")
        + (waits.Count == 0 ? "nobody waits for anything." : Listing.Of(waits, "; ") + "."))
{
    /// <summary>Who waits for what, ordered by name.</summary>
    public IReadOnlyList<string> Waits { get; } = waits;
}

/// <summary>A role threw something that no rule foresees: a bug, which ends the run with the last events.</summary>
public sealed class RoleFailedException(string role, VirtualTime at, IReadOnlyList<string> lastEvents, Exception inner)
    : SimulationException($"{role} failed at {at}: {inner.Message}{Environment.NewLine}Last events:{Environment.NewLine}  "
        + string.Join(Environment.NewLine + "  ", lastEvents), inner);
