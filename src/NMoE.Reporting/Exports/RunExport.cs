using System.Collections.Immutable;
using NMoE.Reporting.Files;
using NMoE.Reporting.Records;
using NMoE.Reporting.Runs;

namespace NMoE.Reporting.Exports;

/// <summary>A form in which runs are taken along.</summary>
public enum ExportForm
{
    /// <summary>A file of comma-separated values for each kind of record.</summary>
    Csv,

    /// <summary>A Parquet file for each kind of record.</summary>
    Parquet,

    /// <summary>An event file a run.</summary>
    TensorBoard,

    /// <summary>A trace a run, for Perfetto.</summary>
    ChromeTrace,

    /// <summary>Lines for people.</summary>
    Events,
}

/// <summary>Writes runs in other forms. Nothing is worked out anew: what comes out is what the run's files say; events alone are told by the run itself (<see cref="EventLines"/>, <see cref="ChromeTraceExport"/>).</summary>
public static class RunExport
{
    /// <summary>The finished runs of a folder: the run itself, or those of a sweep.</summary>
    /// <param name="folder">A run or a sweep.</param>
    /// <exception cref="RunUnreadableException">It is neither, or none has finished.</exception>
    public static ImmutableArray<string> Runs(string folder)
    {
        if (File.Exists(Path.Combine(folder, RunFiles.Report)))
            return [folder];
        ImmutableArray<string> runs = Directory.Exists(folder)
            ? [.. Directory.GetDirectories(folder).Where(run => File.Exists(Path.Combine(run, RunFiles.Report)) && RunReader.StatusOf(run) is RunStatus.Finished).Order(StringComparer.Ordinal)]
            : [];
        return runs.IsEmpty ? throw new RunUnreadableException(folder, "it holds no finished run.", "Name a folder like runs/NAME-HASH of a finished run or of a sweep.") : runs;
    }

    /// <summary>Writes the files of a form.</summary>
    /// <param name="runs">Folders of finished runs.</param>
    /// <param name="form">Any but those that tell events.</param>
    /// <param name="target">Folder of the files; made if it is not there.</param>
    /// <returns>The files written.</returns>
    /// <exception cref="RunUnreadableException">A run cannot be read.</exception>
    /// <exception cref="OutputNotWritableException">A file could not be written.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The form tells events.</exception>
    public static ImmutableArray<string> Write(ImmutableArray<string> runs, ExportForm form, string target) =>
    [
        .. (form switch
        {
            ExportForm.Csv => TableExports.Csv(ExportTable.Of(runs)),
            ExportForm.Parquet => TableExports.Parquet(ExportTable.Of(runs)),
            ExportForm.TensorBoard => runs.Select(run => (Path.Combine(NameOf(run), TensorBoardExport.FileName), TensorBoardExport.Of(RunReader.Read(run)))),
            _ => throw new ArgumentOutOfRangeException(nameof(form), form, "It tells events, which no file of a run holds."),
        }).Select(file => AtomicFile.Write(Path.Combine(target, file.Item1), file.Item2)),
    ];

    /// <summary>What a run's files are called.</summary>
    public static string NameOf(string run) => Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(run)));
}
