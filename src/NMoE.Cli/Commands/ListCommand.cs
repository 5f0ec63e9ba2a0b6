using System.CommandLine;
using NMoE.Cli.Running;
using NMoE.Reporting.Runs;

namespace NMoE.Cli.Commands;

/// <summary><c>nmoe list</c>: the runs and sweeps of a folder, how they stand and what came out.</summary>
internal static class ListCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var folder = Arguments.Folder("FOLDER", "Folder of run directories; that of a sweep lists its runs.", "runs");
        var json = JsonText.Option("the list");
        var command = new Command(
            "list",
            "List runs and sweeps: state, date, accuracy. Examples:\n  nmoe list\n  nmoe list runs/table1-0123456789ab --json")
        {
            folder, json,
        };
        command.SetAction(parsed =>
        {
            var runs = RunListing.Of(parsed.GetRequiredValue(folder));
            Console.Out.Write(parsed.GetValue(json) ? JsonText.Of(runs) : RunListing.PlainText(runs, Terminal.Width));
            return ExitCodes.Success;
        });
        return command;
    }
}
