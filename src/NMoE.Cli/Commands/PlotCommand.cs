using System.CommandLine;
using NMoE.Cli.Running;
using NMoE.Reporting.Figures;
using NMoE.Reporting.Runs;

namespace NMoE.Cli.Commands;

/// <summary><c>nmoe plot</c>: draws the figures of finished runs again, or several runs in one axis.</summary>
public static class PlotCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var runs = Arguments.Folders("RUN", "Run directories.");
        var output = Arguments.Path("--out", "Folder of the figures; with one run its own figures folder.");
        var command = new Command("plot", "Draw figures from what runs left behind.") { runs, output };
        command.SetAction(parsed =>
        {
            var folders = parsed.GetRequiredValue(runs);
            var reports = folders.Select(RunReader.Read).ToArray();
            var target = parsed.GetValue(output) ?? (folders.Length == 1 ? Path.Combine(folders[0], RunFiles.Figures) : "figures");
            var files = reports.Length == 1 ? FigureSet.Write(reports[0], target) : FigureSet.WriteComparison(reports, target);
            foreach (var file in files)
            {
                Console.Out.WriteLine(file);
            }

            return ExitCodes.Success;
        });
        return command;
    }
}
