using System.CommandLine;
using NMoE.Cli.Running;
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
            "Write a run, or all runs of a sweep, for other tools: tables (csv, parquet), TensorBoard, Perfetto (chrome-trace), or lines for people (events). Examples:\n"
            + "  nmoe export runs/quickstart-0123456789ab --to parquet\n  nmoe export runs/channels-0123456789ab --to tensorboard --out logs\n"
            + "  nmoe export runs/quickstart-0123456789ab --to events --from 10s --until 20s --device client-0")
        {
            folder, form, output, from, until, devices,
        };
        command.SetAction(parsed =>
        {
            var (run, asked) = (parsed.GetRequiredValue(folder), s_forms.Single(known => known.Name == parsed.GetRequiredValue(form)).Form);
            var runs = RunExport.Runs(run);
            if (asked != ExportForm.Events && (parsed.GetValue(from) ?? parsed.GetValue(until)) is not null || (asked != ExportForm.Events && parsed.GetRequiredValue(devices).Length > 0))
                throw new BadArgumentException("--from, --until and --device", "they choose events", "Write --to events, or leave them out");
            if (asked == ExportForm.Events && parsed.GetValue(output) is null)
            {
                foreach (var one in runs)
                    Console.Out.Write(RunExport.Lines(one, parsed.GetValue(from)?.TotalSeconds ?? 0, parsed.GetValue(until)?.TotalSeconds ?? double.PositiveInfinity, parsed.GetRequiredValue(devices)));
                return ExitCodes.Success;
            }

            foreach (var file in RunExport.Write(runs, asked, parsed.GetValue(output) ?? Path.Combine(run, "export")))
                Console.Out.WriteLine(file);
            return ExitCodes.Success;
        });
        return command;
    }
}
