using System.CommandLine;
using NMoE.Cli.Running;

namespace NMoE.Cli.Commands;

/// <summary><c>nmoe config</c>: the effective configuration, and where each value came from.</summary>
public static class ConfigCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var file = Arguments.Configuration();
        var sets = Arguments.Sets();
        var command = new Command("config", "Print every key with its value and where that came from, those that nothing reads as comments.") { file, sets };
        command.SetAction(parsed =>
        {
            var configuration = ExperimentFile.Read(parsed.GetRequiredValue(file), parsed.GetRequiredValue(sets));
            Warnings.Say(configuration.Warnings);
            var lines = configuration.Lines("#").ToArray();
            var width = lines.Max(line => line.Line.Length);
            foreach (var (line, remark) in lines)
            {
                Console.Out.WriteLine($"{line.PadRight(width)}  # {remark}");
            }

            Console.Out.WriteLine($"# configHash {configuration.ConfigHash}");
            return ExitCodes.Success;
        });
        return command;
    }
}
