namespace NMoE.Reporting;

/// <summary>Base of everything this project refuses to do. The message says what was wrong, where, and what would be right.</summary>
public abstract class ReportingException : Exception
{
    /// <summary>Makes the error.</summary>
    /// <param name="message">What was wrong, where, and what would be right.</param>
    /// <param name="cause">What the system said; null if we found it ourselves.</param>
    protected ReportingException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}

/// <summary>A file or folder of a run could not be written: no permission, no space, or something else is in its place.</summary>
internal sealed class OutputNotWritableException : ReportingException
{
    /// <summary>Makes the error.</summary>
    /// <param name="path">What was to be written.</param>
    /// <param name="cause">What the system said.</param>
    public OutputNotWritableException(string path, Exception cause)
        : base($"Cannot write '{path}': {cause.Message} Nothing half-written was left there. "
            + "Choose a folder that this user may write and whose disk has room (--out DIR).", cause)
    {
        Path = path;
    }

    /// <summary>What was to be written.</summary>
    public string Path { get; }
}

/// <summary>Another process writes to a run's folder.</summary>
internal sealed class FolderBusyException : ReportingException
{
    /// <summary>Makes the error.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="holder">Who writes there, in words.</param>
    public FolderBusyException(string folder, string holder)
        : base($"Another nmoe writes to '{folder}' now: {holder}. Wait for its end, or choose another folder (--out DIR).")
    {
    }
}

/// <summary>A figure could not be drawn: a library that draws is not there, or cannot place what it was given. No result depends on it.</summary>
public sealed class FigureNotDrawnException : ReportingException
{
    /// <summary>Makes the error.</summary>
    /// <param name="cause">What the library said.</param>
    public FigureNotDrawnException(Exception cause)
        : base($"A figure was not drawn: {Reason(cause)}. {Remedy(cause)}", cause) =>
        LacksLibrary = IsOfLibrary(cause);

    /// <summary>Whether a native library does not load, and not the figure is at fault.</summary>
    public bool LacksLibrary { get; }

    private static bool IsOfLibrary(Exception cause) => cause is TypeInitializationException || cause.GetBaseException() is DllNotFoundException or BadImageFormatException;

    private static string Reason(Exception cause)
    {
        var lines = cause.GetBaseException().Message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return lines.FirstOrDefault("no reason was given").TrimEnd('.', ':');
    }

    private static string Remedy(Exception cause) => IsOfLibrary(cause)
        ? "Start the program with ./nmoe, which builds again what is missing; nmoe plot RUN then draws it."
        : "Everything else is there.";
}

/// <summary>A name would lead out of the run's folder, or is empty.</summary>
internal sealed class UnusableNameException : ReportingException
{
    /// <summary>Makes the error.</summary>
    /// <param name="name">The name.</param>
    public UnusableNameException(string name)
        : base($"'{name}' cannot name a file of a run: use letters, digits, '-', '_' and '.', and begin with a letter or digit.")
    {
    }
}

/// <summary>A run's folder lacks a file, or a file of it is not what this version writes.</summary>
internal sealed class RunUnreadableException : ReportingException
{
    /// <summary>Makes the error.</summary>
    /// <param name="path">File or folder that was read.</param>
    /// <param name="problem">What was wrong, and where in the file; a sentence.</param>
    /// <param name="remedy">What would be right; a sentence.</param>
    /// <param name="cause">What the reader said; null if we found it ourselves.</param>
    public RunUnreadableException(string path, string problem, string remedy, Exception? cause = null)
        : base($"Cannot read '{path}': {problem} {remedy}", cause)
    {
        Path = path;
    }

    /// <summary>File or folder that was read.</summary>
    public string Path { get; }
}

/// <summary>No run holds what a figure was asked to show.</summary>
internal sealed class NothingToDrawException : ReportingException
{
    /// <summary>Makes the error.</summary>
    /// <param name="runs">Names of the runs.</param>
    /// <param name="missing">What none of them holds.</param>
    /// <param name="remedy">What would be right; a sentence.</param>
    public NothingToDrawException(IEnumerable<string> runs, string missing, string remedy)
        : base($"No {missing} in {string.Join(", ", runs.Select(name => $"'{name}'").DefaultIfEmpty("an empty list of runs"))}. {remedy}")
    {
    }
}

/// <summary>Two runs that should be of one experiment are not.</summary>
internal sealed class PredictionMismatchException : ReportingException
{
    /// <summary>Makes the error.</summary>
    /// <param name="name">What the two are called.</param>
    /// <param name="problem">What differs.</param>
    public PredictionMismatchException(string name, string problem)
        : base($"The runs of '{name}' cannot be compared: {problem}. Name a simulated and a live run of the same experiment, in this order.")
    {
    }
}
