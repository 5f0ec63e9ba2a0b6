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
    private const double MillimetresPerInch = 25.4;

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var runs = Arguments.Folders("RUN", "Run directories.");
        var output = Arguments.Path("--out", "Folder of the figures; with one finished run its own figures folder, else 'figures'.");
        var width = Arguments.Whole("--width", "Width in millimetres. Default: 89, a column of a paper.", 30, 600);
        var height = Arguments.Whole("--height", "Height in millimetres. Default: what goes with the width.", 30, 600);
        var font = Arguments.Whole("--font-size", "Type in points, lines and marks with it. Default: 8.", 4, 24);
        var gates = new Option<string[]>("--gate") { Description = "Draw this gate, reference or baseline only; as often as needed.", DefaultValueFactory = _ => [], CustomParser = FigureLabels.ReadGates };
        var labels = new Option<string[]>("--label") { Description = "Call a gate otherwise, as in fedgate=Ours; as often as needed.", DefaultValueFactory = _ => [], CustomParser = FigureLabels.ReadLabels };
        var command = new Command(
            "plot",
            "Draw figures from what runs left behind, as PNG, SVG and PDF. Examples:\n  nmoe plot runs/quickstart-0123456789ab\n"
            + "  nmoe plot runs/quickstart-0123456789ab --out figures --width 180 --font-size 10 --gate fedgate --gate localgate --label fedgate=Ours")
        {
            runs, output, width, height, font, gates, labels,
        };
        command.SetAction(parsed =>
        {
            var folders = parsed.GetRequiredValue(runs);
            var reports = folders.Select(Read).ToArray();
            var target = parsed.GetValue(output) ?? (folders is [var only] && RunReader.StatusOf(only) == RunStatus.Finished ? Path.Combine(only, RunFiles.Figures) : "figures");
            var look = FigureLook.Standard with
            {
                WidthInches = parsed.GetValue(width) / MillimetresPerInch ?? FigureLook.Standard.WidthInches,
                HeightInches = parsed.GetValue(height) / MillimetresPerInch,
                FontPoints = parsed.GetValue(font) ?? FigureLook.Standard.FontPoints,
                Gates = [.. parsed.GetRequiredValue(gates)],
                Labels = FigureLabels.Of(parsed.GetRequiredValue(labels)),
            };
            var files = reports.Length == 1 ? FigureSet.Write(reports[0], target, look) : FigureSet.WriteComparison(reports, target, look);
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
