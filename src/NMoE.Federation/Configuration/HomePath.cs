namespace NMoE.Federation.Configuration;

/// <summary>Paths that begin with <c>~</c>, by their text alone: what the user's home is, whoever opens the file knows.</summary>
public static class HomePath
{
    /// <summary>What begins a path below the user's home, whichever shell reads it or none.</summary>
    public const string Prefix = "~/";

    /// <summary>What is wrong with a path, or null: <c>~name</c> is another user's home to some shells and a file to others.</summary>
    /// <param name="path">As it is written.</param>
    public static string? Problem(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return path.StartsWith('~') && path != "~" && !path.StartsWith(Prefix, StringComparison.Ordinal)
            ? $"'{path}' begins with ~ and a name: write ~/ for your own home, the whole path of another one, or ./{path} for a file of that name"
            : null;
    }
}
