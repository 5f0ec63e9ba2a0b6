namespace NMoE.Architecture.Tests;

/// <summary>Rooms that name each other, directly or around: none of them can be read, moved or replaced without the others.</summary>
internal static class Rings
{
    /// <summary>The rings among rooms, the rooms of each in ordinal order.</summary>
    public static IReadOnlyList<string[]> Among(IReadOnlyCollection<Naming> namings)
    {
        var named = namings.ToLookup(naming => naming.From, naming => naming.To);
        var reached = namings.Select(naming => naming.From).Distinct().ToDictionary(room => room, room => Reached(room, named));
        return [.. reached.Keys
            .Select(room => reached[room].Where(other => reached.TryGetValue(other, out var back) && back.Contains(room)).Order(StringComparer.Ordinal).ToArray())
            .Where(ring => ring.Length > 0)
            .DistinctBy(ring => ring[0])
            .OrderBy(ring => ring[0], StringComparer.Ordinal)];
    }

    /// <summary>A ring in words: its rooms, and who in each names whom in another.</summary>
    public static string Words(string[] ring, IEnumerable<Naming> namings)
    {
        const int shown = 4;
        var inside = namings.Where(naming => ring.Contains(naming.From) && ring.Contains(naming.To)).GroupBy(naming => (naming.From, naming.To));
        return string.Join(Environment.NewLine, inside
            .OrderBy(pair => pair.Key.From, StringComparer.Ordinal).ThenBy(pair => pair.Key.To, StringComparer.Ordinal)
            .Select(pair => $"  {pair.Key.From} -> {pair.Key.To}: " + Listed(pair.Select(naming => $"{naming.By} names {naming.Named}").Order(StringComparer.Ordinal).ToArray(), shown))
            .Prepend($"a ring of {string.Join(", ", ring)}:"));
    }

    private static string Listed(string[] items, int shown) => string.Join(", ", items.Take(shown)) + (items.Length > shown ? FormattableString.Invariant($", and {items.Length - shown} more") : "");

    private static HashSet<string> Reached(string start, ILookup<string, string> named)
    {
        var reached = new HashSet<string>();
        var waiting = new Stack<string>([start]);
        while (waiting.TryPop(out var room))
        {
            foreach (var next in named[room].Where(reached.Add))
                waiting.Push(next);
        }

        return reached;
    }
}
