namespace NMoE.Federation.Configuration;

/// <summary>An experiment that cannot be read as written. Nothing has run.</summary>
public sealed class ConfigurationException : Exception
{
    internal ConfigurationException(Origin origin, string key, string problem, string remedy)
        : base(Describe(origin, key, problem, remedy)) =>
        (File, Line, Key, Problem, Remedy) = (origin.File, origin.Line, key, problem, remedy);

    /// <summary>A file in which nothing stands. Taken for an experiment it would be all defaults, which nobody who names a file means.</summary>
    /// <param name="file">The file as it was named.</param>
    public static ConfigurationException OfEmpty(string file) => new(
        new Origin(file, 0, 0), string.Empty, "the file is empty", "Write what differs from the defaults, at least experiment.name, or a trace with its header; a pipe gives its content once, to the first who reads it");

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
