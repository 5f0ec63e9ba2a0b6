namespace NMoE.Federation.Configuration;

/// <summary>Names of included files, by their text alone: the reader never asks the disk where it is.</summary>
internal static class IncludePath
{
    /// <summary>The name of a file that <paramref name="including"/> names relative to itself.</summary>
    public static string Resolve(string including, string name) =>
        name.StartsWith(HomePath.Prefix, StringComparison.Ordinal) ? Normalise(name) : Normalise(Path.Combine(Path.GetDirectoryName(including) ?? string.Empty, name));

    /// <summary>The same name without detours such as <c>a/../</c> and <c>./</c>.</summary>
    public static string Normalise(string file)
    {
        var parts = new List<string>();
        foreach (var part in file.Replace('\\', '/').Split('/'))
        {
            if (part == ".." && parts.Count > 0 && parts[^1] is not ("" or ".."))
                parts.RemoveAt(parts.Count - 1);
            else if (part != "." && (part.Length > 0 || parts.Count == 0))
                parts.Add(part);
        }

        return string.Join('/', parts);
    }
}
