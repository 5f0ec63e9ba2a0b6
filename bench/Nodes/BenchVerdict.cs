namespace NMoE.Bench.Nodes;

/// <summary>What is wrong with a measurement's result, in one line; null where nothing is.</summary>
public static class BenchVerdict
{
    // Counts of what is in use after a full collection differ by so much from one moment to the next.
    private const long WireSlack = 32_000_000;

    // Some copies of a blob more or fewer are in use: those that peers were fetching a moment ago.
    private const long BlobSlack = 256_000_000;

    /// <summary>Of hostile bytes: questions unanswered, objects made, members lost or suspected, or memory after all above 1.5 times that after a tenth, and 32 MB.</summary>
    public static string? Of(WireBenchResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return result switch
        {
            { Attack.Unanswered: > 0 } => FormattableString.Invariant($"{result.Attack.Unanswered} questions were not answered"),
            { Attack.Made: > 0 } => FormattableString.Invariant($"{result.Attack.Made} objects were made of bytes"),
            { Members: not 2 } => FormattableString.Invariant($"{result.Members} of 2 members are up"),
            { Unreachable: > 0 } => FormattableString.Invariant($"a member was suspected {result.Unreachable} times"),
            _ => Growth(result.Early, result.Late, WireSlack),
        };
    }

    /// <summary>Of large blobs: members lost or suspected, or memory in use after all rounds above 1.5 times that after a tenth, and 256 MB.</summary>
    public static string? Of(BlobBenchResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return result switch
        {
            { Members: not 2 } => FormattableString.Invariant($"{result.Members} of 2 members are up"),
            { Unreachable: > 0 } => FormattableString.Invariant($"a member was suspected {result.Unreachable} times"),
            _ => Growth(result.EarlyMemory, result.LateMemory, BlobSlack),
        };
    }

    private static string? Growth(long early, long late, long slack) => late > (1.5 * early) + slack
        ? FormattableString.Invariant($"memory grew from {early / 1e6:F1} MB to {late / 1e6:F1} MB: at most {((1.5 * early) + slack) / 1e6:F1} MB is bounded")
        : null;
}
