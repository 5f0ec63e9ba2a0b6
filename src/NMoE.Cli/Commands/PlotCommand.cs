using System.CommandLine;
using NMoE.Cli.Running;
using NMoE.Federation.Records;
using NMoE.Reporting.Figures;
using NMoE.Reporting.Files;
using NMoE.Reporting.Records;
using NMoE.Reporting.Runs;

namespace NMoE.Cli.Commands;

/// <summary><c>nmoe plot</c>: draws the figures of finished runs again, those of unfinished ones so far, or several runs in one axis.</summary>
internal static class PlotCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var runs = Arguments.Folders("RUN", "Run directories.");
        var output = Arguments.Path("--out", "Folder of the figures; with one finished run its own figures folder, else 'figures'.");
        var command = new Command("plot", "Draw figures from what runs left behind.") { runs, output };
        command.SetAction(parsed =>
        {
            var folders = parsed.GetRequiredValue(runs);
            var reports = folders.Select(Read).ToArray();
            var target = parsed.GetValue(output) ?? (folders is [var only] && RunReader.StatusOf(only) == RunStatus.Finished ? Path.Combine(only, RunFiles.Figures) : "figures");
            var files = reports.Length == 1 ? FigureSet.Write(reports[0], target) : FigureSet.WriteComparison(reports, target);
            foreach (var file in files)
            {
                Console.Out.WriteLine(file);
            }

            return ExitCodes.Success;
        });
        return command;
    }

    private static RunReport Read(string folder)
    {
        if (RunReader.StatusOf(folder) is null or RunStatus.Finished)
        {
            return RunReader.Read(folder);
        }

        var report = RunReader.ReadSoFar(folder);
        Console.Error.WriteLine(FormattableString.Invariant($"{folder} is unfinished: {report.Rounds.Length} rounds so far"));
        return report with { Name = report.Name + " (unfinished)" };
    }
}
