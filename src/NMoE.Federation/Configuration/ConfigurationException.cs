namespace NMoE.Federation.Configuration;

/// <summary>An experiment that cannot be read as written. Nothing has run.</summary>
public sealed class ConfigurationException : Exception
{
    internal ConfigurationException(Origin origin, string key, string problem, string remedy)
        : base(Describe(origin, key, problem, remedy)) =>
        (File, Line, Key, Problem, Remedy) = (origin.File, origin.Line, key, problem, remedy);

    /// <summary>The file at fault as it was named, or <c>--set</c>.</summary>
    public string File { get; }

    /// <summary>Line from 1; 0 where the fault has none (a missing file, <c>--set</c>).</summary>
    public int Line { get; }

    /// <summary>The dotted key at fault; empty where the fault belongs to no key.</summary>
    public string Key { get; }

    /// <summary>What is wrong.</summary>
    public string Problem { get; }

    /// <summary>What would be right.</summary>
    public string Remedy { get; }

    private static string Describe(Origin origin, string key, string problem, string remedy) =>
        $"{origin}: {(key.Length == 0 ? string.Empty : $"{key}: ")}{problem}. {remedy}{(remedy.EndsWith('?') ? string.Empty : ".")}";
}
