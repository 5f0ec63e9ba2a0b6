using System.CommandLine;
using NMoE.Cli.Running;
using NMoE.Reporting.Runs;

namespace NMoE.Cli.Commands;

/// <summary><c>nmoe diff</c>: two runs beside each other.</summary>
internal static class DiffCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var first = Arguments.File("FIRST", "Folder of a finished run.");
        var second = Arguments.File("SECOND", "Folder of another one.");
        var json = JsonText.Option("the difference");
        var command = new Command(
            "diff",
            "Say in which keys two runs differ, and in which results. Example:\n  nmoe diff runs/quickstart-0123456789ab runs/quickstart-ba9876543210")
        {
            first, second, json,
        };
        command.SetAction(parsed =>
        {
            var difference = RunDifference.Of(parsed.GetRequiredValue(first), parsed.GetRequiredValue(second));
            Console.Out.Write(parsed.GetValue(json) ? JsonText.Of(difference) : difference.PlainText(Terminal.Width));
            return ExitCodes.Success;
        });
        return command;
    }
}
