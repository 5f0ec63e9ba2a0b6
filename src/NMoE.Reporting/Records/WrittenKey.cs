using System.Collections.Immutable;

namespace NMoE.Reporting.Records;

/// <summary>A key that a run read, as <c>effective.conf</c> has it.</summary>
/// <param name="Key">With dots.</param>
/// <param name="Value">As it was written.</param>
/// <param name="Origin">Where it came from, as in <c>quickstart.conf:12</c>.</param>
internal sealed record WrittenKey(string Key, string Value, string Origin)
{
    private const string Sets = " = ";
    private const string Remark = "  // ";

    /// <summary>Whether somebody gave it, and not the reference.</summary>
    public bool IsStated => !Origin.StartsWith("reference.conf:", StringComparison.Ordinal) && !Origin.StartsWith("default of ", StringComparison.Ordinal);

    /// <summary>Whether a profile gave it, whose name is another key's value.</summary>
    public bool IsOfProfile => Origin.Split(':')[0] is "channels.conf" or "devices.conf" or "profiles.conf";

    /// <summary>The keys of a file, in its order; those that were not read stand in comments, and are left out.</summary>
    public static ImmutableArray<WrittenKey> Of(string text) =>
        [.. text.Split('\n').Where(line => !line.StartsWith("//", StringComparison.Ordinal) && line.Contains(Sets, StringComparison.Ordinal)).Select(OfLine)];

    private static WrittenKey OfLine(string line)
    {
        var (set, remark) = (line.IndexOf(Sets, StringComparison.Ordinal), line.LastIndexOf(Remark, StringComparison.Ordinal));
        return remark < set
            ? new(line[..set], line[(set + Sets.Length)..], "")
            : new(line[..set], line[(set + Sets.Length)..remark], line[(remark + Remark.Length)..]);
    }
}
