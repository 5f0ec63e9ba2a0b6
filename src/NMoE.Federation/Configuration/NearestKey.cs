namespace NMoE.Federation.Configuration;

/// <summary>The key, or other name, that a misspelt one was probably meant to be.</summary>
internal static class NearestKey
{
    /// <summary>The known key with the least edit distance, the first of equals; null where none is near.</summary>
    public static string? Of(string key) => Of(key, Keys.All.Select(known => known.Path));

    /// <summary>The known name with the least edit distance, the first of equals; null where none is near.</summary>
    public static string? Of(string name, IEnumerable<string> known) =>
        known.MinBy(candidate => Distance(name, candidate)) is { } nearest && Distance(name, nearest) <= Math.Max(2, nearest.Length / 4) ? nearest : null;

    private static int Distance(string from, string to)
    {
        var row = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var replaced = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[to.Length];
    }
}
