using System.CommandLine;
using System.Text.Json;
using NMoE.Cli.Running;
using NMoE.Reporting.Runs;

namespace NMoE.Cli.Commands;

/// <summary><c>nmoe diff</c>: two runs beside each other.</summary>
internal static class DiffCommand
{
    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var first = Arguments.File("FIRST", "Folder of a finished run.");
        var second = Arguments.File("SECOND", "Folder of another one.");
        var json = new Option<bool>("--json") { Description = "Print the difference as JSON." };
        var command = new Command(
            "diff",
            "Say in which keys two runs differ, and in which results. Example:\n  nmoe diff runs/quickstart-0123456789ab runs/quickstart-ba9876543210")
        {
            first, second, json,
        };
        command.SetAction(parsed =>
        {
            var difference = RunDifference.Of(parsed.GetRequiredValue(first), parsed.GetRequiredValue(second));
            Console.Out.Write(parsed.GetValue(json) ? JsonSerializer.Serialize(difference, Json) + "\n" : difference.PlainText(Terminal.Width));
            return ExitCodes.Success;
        });
        return command;
    }
}
