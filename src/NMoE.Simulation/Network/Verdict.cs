namespace NMoE.Simulation.Network;

/// <summary>What becomes of a message.</summary>
public abstract record Verdict
{
    /// <summary>Nothing happens to it.</summary>
    public static Verdict Pass { get; } = new Passed();

    private sealed record Passed : Verdict;
}

/// <summary>It takes its way, bytes and time, and reaches nobody.</summary>
public sealed record Drop : Verdict;

/// <summary>It arrives damaged. Its checksum tells; it is never used, and asked for again.</summary>
public sealed record Corrupt : Verdict;

/// <summary>It leaves later.</summary>
/// <param name="By">Virtual time.</param>
public sealed record Delay(TimeSpan By) : Verdict;

/// <summary>It leaves, and a copy leaves later.</summary>
/// <param name="After">Virtual time between the two.</param>
public sealed record Duplicate(TimeSpan After) : Verdict;
