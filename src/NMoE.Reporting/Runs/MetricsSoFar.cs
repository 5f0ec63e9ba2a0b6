using System.Text;
using NMoE.Federation.Records;
using NMoE.Reporting.Canonical;
using NMoE.Reporting.Files;
using NMoE.Reporting.Records;

namespace NMoE.Reporting.Runs;

/// <summary>
/// <c>metrics.jsonl</c> of a run that goes on. It begins with a line <c>unfinished</c> and grows by whole lines; the last line of a round counts. The finished run's file takes its place.
/// </summary>
public sealed class MetricsSoFar : IDisposable
{
    private readonly Action<string> _warn;
    private readonly string _path;
    private FileStream? _file;

    /// <summary>Begins the file anew.</summary>
    /// <param name="folder">The unfinished run's folder.</param>
    /// <param name="warn">Told once where the file can grow no further: the run goes on without it.</param>
    /// <exception cref="OutputNotWritableException">It cannot be made.</exception>
    public MetricsSoFar(string folder, Action<string> warn)
    {
        (_path, _warn) = (Path.Combine(folder, RunFiles.Metrics), warn);
        try
        {
            _file = new FileStream(_path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new OutputNotWritableException(_path, problem);
        }

        Append(CanonicalForm.Line("unfinished", new StatusLine(RunStatus.Running)));
    }

    /// <summary>Adds a round.</summary>
    public void Add(RoundRecord round) => Append(CanonicalForm.Line("round", round));

    /// <summary>Says that no more rounds come.</summary>
    /// <param name="status">How the run ended.</param>
    public void Stop(RunStatus status) => Append(CanonicalForm.Line("unfinished", new StatusLine(status)));

    /// <inheritdoc/>
    public void Dispose()
    {
        _file?.Dispose();
        _file = null;
    }

    /// <summary>One write for each line, so that whoever reads meanwhile, or after this process was killed, finds whole lines.</summary>
    private void Append(string line)
    {
        try
        {
            _file?.Write(Encoding.UTF8.GetBytes(line));
        }
        catch (IOException problem)
        {
            Dispose();
            _warn($"'{_path}' grows no further while the run goes on: {problem.Message}");
        }
    }

    private sealed record StatusLine(RunStatus Status);
}
