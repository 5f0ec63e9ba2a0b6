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
        var command = new Command("config", "Print every key with its value and where that came from.") { file, sets };
        command.SetAction(parsed =>
        {
            var configuration = ExperimentFile.Read(parsed.GetRequiredValue(file), parsed.GetRequiredValue(sets));
            var width = configuration.Keys.Max(key => key.Key.Length + key.Value.Length) + 3;
            foreach (var key in configuration.Keys)
            {
                Console.Out.WriteLine($"{key.Key} = {key.Value}".PadRight(width) + "  # " + key.Origin);
            }

            Console.Out.WriteLine($"# configHash {configuration.ConfigHash}");
            return ExitCodes.Success;
        });
        return command;
    }
}
