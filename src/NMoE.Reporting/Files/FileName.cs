namespace NMoE.Reporting.Files;

/// <summary>Names that become files of a run: they never lead out of its folder.</summary>
internal static class FileName
{
    /// <summary>The name itself.</summary>
    /// <exception cref="UnusableNameException">It is empty, or holds anything but letters, digits, '-', '_' and '.'.</exception>
    public static string Check(string name) =>
        name.Length > 0 && char.IsAsciiLetterOrDigit(name[0])
        && name.All(symbol => char.IsAsciiLetterOrDigit(symbol) || symbol is '-' or '_' or '.')
            ? name
            : throw new UnusableNameException(name);
}
