using System.Text.RegularExpressions;

namespace NMoE.Cli.Tests.StrangeInput;

/// <summary>One strange thing that a user may give.</summary>
/// <param name="Name">What is strange, as in "a rate below 0".</param>
/// <param name="Line">What stands after <c>nmoe</c>; what holds a space stands in single quotes. The working folder holds <c>x.conf</c>, a small experiment.</param>
/// <param name="Code">What it ends with.</param>
/// <param name="Says">What the message holds, on standard error: what is wrong, where, and what would be right.</param>
internal sealed partial record Row(string Name, string Line, int Code, params string[] Says)
{
    /// <summary>What lies in the folder beside <c>x.conf</c>.</summary>
    public Action<Place> Arranged { get; init; } = _ => { };

    /// <summary>Names of files and folders that it may leave behind, or the beginnings of them.</summary>
    public string[] Leaves { get; init; } = [];

    /// <summary>The words of the line.</summary>
    public string[] Words => [.. Word().Matches(Line).Select(word => word.Value.Replace("'", "", StringComparison.Ordinal))];

    [GeneratedRegex("(?:'[^']*'|[^ '])+")]
    private static partial Regex Word();
}
