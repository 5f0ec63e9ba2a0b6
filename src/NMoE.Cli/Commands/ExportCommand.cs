using System.Collections.Immutable;
using System.CommandLine;
using NMoE.Cli.Running;
using NMoE.Reporting;
using NMoE.Reporting.Exports;

namespace NMoE.Cli.Commands;

/// <summary><c>nmoe export</c>: runs in the forms that other tools read.</summary>
internal static class ExportCommand
{
    private static readonly (string Name, ExportForm Form)[] s_forms =
        [("csv", ExportForm.Csv), ("parquet", ExportForm.Parquet), ("tensorboard", ExportForm.TensorBoard), ("chrome-trace", ExportForm.ChromeTrace), ("events", ExportForm.Events)];

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var folder = Arguments.File("RUN", "Folder of a finished run, or of a sweep: all its runs.");
        var form = new Option<string>("--to") { Description = $"One of {string.Join(", ", s_forms.Select(known => known.Name))}.", Required = true }.AcceptOnlyFromAmong([.. s_forms.Select(known => known.Name)]);
        var output = Arguments.Path("--out", "Folder of the files. Default: export in the run's folder; events of a run are printed.");
        var from = Arguments.Duration("--from", "Events from this virtual time on, as in 90 s.");
        var until = Arguments.Duration("--until", "Events until this virtual time.");
        var devices = new Option<string[]>("--device") { Description = "Events of this device, such as client-0; as often as needed.", DefaultValueFactory = _ => [] };
        var command = new Command(
            "export",
            "Write a run, or all runs of a sweep, for other tools: tables (csv, parquet), TensorBoard, Perfetto (chrome-trace), or every event as a line (events). For the last two the run is gone through once more, as its store remembers it. Examples:\n"
            + "  nmoe export runs/quickstart-0123456789ab --to parquet\n  nmoe export runs/channels-0123456789ab --to tensorboard --out logs\n"
            + "  nmoe export runs/quickstart-0123456789ab --to events --from 10s --until 20s --device client-0")
        {
            folder, form, output, from, until, devices,
        };
        command.SetAction(parsed =>
        {
            var (run, asked) = (parsed.GetRequiredValue(folder), s_forms.Single(known => known.Name == parsed.GetRequiredValue(form)).Form);
            var runs = RunExport.Runs(run);
            if (asked == ExportForm.Events)
            {
                var (first, last) = (parsed.GetValue(from)?.TotalSeconds ?? 0, parsed.GetValue(until)?.TotalSeconds ?? double.PositiveInfinity);
                return StopSignals.Until("Nothing was changed.", stop => Events(runs, parsed.GetValue(output), to => new(to, first, last, parsed.GetRequiredValue(devices)), stop));
            }

            if ((parsed.GetValue(from) ?? parsed.GetValue(until)) is not null || parsed.GetRequiredValue(devices).Length > 0)
                throw new BadArgumentException("--from, --until and --device", "they choose events", "Write --to events, or leave them out");
            if (asked == ExportForm.ChromeTrace)
                return StopSignals.Until("Nothing was changed.", stop => Traces(runs, parsed.GetValue(output) ?? Path.Combine(run, "export"), stop));
            foreach (var file in RunExport.Write(runs, asked, parsed.GetValue(output) ?? Path.Combine(run, "export")))
                Console.Out.WriteLine(file);
            return ExitCodes.Success;
        });
        return command;
    }

    private static int Events(ImmutableArray<string> runs, string? output, Func<TextWriter, EventLines> lines, CancellationToken stop)
    {
        foreach (var run in runs)
        {
            if (output is null)
                Write(Console.Out);
            else
                Console.Out.WriteLine(EventLines.WriteFile(Path.Combine(output, $"{RunExport.NameOf(run)}.txt"), Write));

            void Write(TextWriter to) => Tell(run, lines(to), stop);
        }

        return ExitCodes.Success;
    }

    /// <summary>A run that cannot be gone through again has a trace all the same, of what its files hold.</summary>
    private static int Traces(ImmutableArray<string> runs, string output, CancellationToken stop)
    {
        foreach (var run in runs)
        {
            var path = Path.Combine(output, $"{RunExport.NameOf(run)}.trace.json");
            if (Lacking(run, path, stop) is { } reason)
            {
                Console.Error.WriteLine($"{reason}\n{path} has arrows to the waits that timeline.csv holds, not one of every message.");
                ChromeTraceExport.WriteRecorded(path, run);
            }

            Console.Out.WriteLine(path);
        }

        return ExitCodes.Success;
    }

    /// <summary>Writes a run's trace with all its messages.</summary>
    /// <returns>Why it could not; null where it did.</returns>
    private static string? Lacking(string run, string path, CancellationToken stop)
    {
        var replayed = new ReplayedRun(run);
        if (!replayed.IsSimulated)
            return $"{run}: a live run, whose devices have a clock each.";
        try
        {
            ChromeTraceExport.Write(path, run, told => replayed.Go(told, stop));
            return null;
        }
        catch (Exception end) when (end is ReplayException or ReplayDiffersException || (end is not OperationCanceledException and not ReportingException && ExitCodes.CodeOf(end) is not null))
        {
            return ExitCodes.MessageOf(end);
        }
    }

    /// <summary>Of a live run there are no events but those that it recorded.</summary>
    private static void Tell(string run, EventLines lines, CancellationToken stop)
    {
        var replayed = new ReplayedRun(run);
        lines.Begin();
        if (replayed.IsSimulated)
        {
            replayed.Go(lines.Add, stop);
            return;
        }

        Console.Error.WriteLine($"{run}: a live run, whose devices have a clock each: its rounds and crashes are told, as it recorded them");
        lines.AddRecorded(run);
    }
}
