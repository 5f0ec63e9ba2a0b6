namespace NMoE.Simulation;

/// <summary>Lists in messages: never longer than a reader takes in.</summary>
public static class Listing
{
    /// <summary>How many items are spelt out.</summary>
    public const int Most = 10;

    /// <summary>The first ten items, and how many more there are.</summary>
    /// <param name="items">In the order in which they are to be read.</param>
    /// <param name="separator">What stands between them.</param>
    public static string Of(IReadOnlyCollection<string> items, string separator = ", ")
    {
        ArgumentNullException.ThrowIfNull(items);
        return items.Count <= Most
            ? string.Join(separator, items)
            : string.Join(separator, items.Take(Most)) + FormattableString.Invariant($"{separator}and {items.Count - Most} more");
    }
}
