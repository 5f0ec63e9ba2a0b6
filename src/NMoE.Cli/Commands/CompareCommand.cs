using System.Collections.Immutable;
using System.CommandLine;
using NMoE.Cli.Running;
using NMoE.Reporting.Predictions;
using NMoE.Reporting.Records;
using NMoE.Reporting.Runs;

namespace NMoE.Cli.Commands;

/// <summary><c>nmoe compare</c>: simulated runs beside live ones of the same experiments.</summary>
internal static class CompareCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var runs = Arguments.Folders("RUN", "Folders of runs in pairs: of nmoe run, then of nmoe live.");
        var output = Arguments.Path("--out", "Folder of the figure. Default: none is drawn.");
        var json = JsonText.Option("the comparison");
        var markdown = new Option<bool>("--markdown") { Description = "Print the tables in Markdown." };
        var command = new Command(
            "compare",
            "Say how well simulated runs predict the time of each round of live ones. Example:\n"
            + "  nmoe compare runs/lte-0123456789ab runs/lte-0123456789ab-live --out figures")
        {
            runs, output, json, markdown,
        };
        command.SetAction(parsed =>
        {
            var folders = parsed.GetRequiredValue(runs);
            if (folders.Length % 2 != 0)
            {
                throw new BadArgumentException("RUN", FormattableString.Invariant($"{folders.Length} folders are no pairs"), "Name a simulated run and then a live one, for each pair");
            }

            ImmutableArray<PredictionCheck> checks = [.. folders.Chunk(2).Select(pair => Compare(pair[0], pair[1]))];
            Console.Out.Write(
                parsed.GetValue(json) ? JsonText.Of(checks)
                : string.Join('\n', checks.Select(check => parsed.GetValue(markdown) ? check.Markdown() : check.PlainText(Terminal.Width))));
            foreach (var file in parsed.GetValue(output) is { } folder ? PredictionFigure.Write(checks, folder) : [])
            {
                Console.Error.WriteLine(file);
            }

            return ExitCodes.Success;
        });
        return command;
    }

    private static PredictionCheck Compare(string predicted, string measured)
    {
        Expect(predicted, RunWorld.Simulated, predicted, measured);
        Expect(measured, RunWorld.Live, predicted, measured);
        var live = RunReader.Read(measured);
        return PredictionCheck.Of(live.Name, RunReader.Read(predicted), live);
    }

    /// <summary>Times of two live runs, or of two simulated ones, would be called predicted and measured.</summary>
    private static void Expect(string folder, RunWorld expected, string predicted, string measured)
    {
        if (RunReader.WorldOf(folder) is var world && world != expected)
        {
            var exchanged = RunReader.WorldOf(predicted) == RunWorld.Live && RunReader.WorldOf(measured) == RunWorld.Simulated;
            throw new BadArgumentException(
                "RUN", $"'{folder}' is of a {Word(world)} run, and stands where that of a {Word(expected)} one is wanted",
                exchanged ? $"Exchange the two: nmoe compare {measured} {predicted}" : "Name the folder of nmoe run and then that of nmoe live, for each pair");
        }
    }

    private static string Word(RunWorld world) => world == RunWorld.Live ? "live" : "simulated";
}
