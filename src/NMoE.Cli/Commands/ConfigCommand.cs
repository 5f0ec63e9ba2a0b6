using System.Collections.Immutable;
using System.CommandLine;
using NMoE.Cli.Running;
using NMoE.Federation.Configuration;

namespace NMoE.Cli.Commands;

/// <summary><c>nmoe config</c>: the effective configuration, and where each value came from; or all keys that there are.</summary>
internal static class ConfigCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var file = Arguments.Configuration();
        file.Arity = ArgumentArity.ZeroOrOne;
        var sets = Arguments.Sets();
        var keys = new Option<bool>("--keys") { Description = "Print every key there is instead: its default, legal values, when it is read, and what for." };
        var json = JsonText.Option("the keys, with their units, ranges and names,");
        var command = new Command("config", "Print every key with its value and where that came from, those that nothing reads as comments.") { file, sets, keys, json };
        command.SetAction(parsed =>
        {
            var (named, wantsKeys) = (parsed.GetValue(file), parsed.GetValue(keys));
            if (wantsKeys && (named is not null || parsed.GetRequiredValue(sets).Length > 0))
                throw new BadArgumentException("--keys", "the keys are those of every experiment", "Leave out CONF and --set");
            if (!wantsKeys && parsed.GetValue(json))
                throw new BadArgumentException("--json", "only the keys are printed as JSON", "Write nmoe config --keys --json");
            if (wantsKeys)
                PrintKeys(ExperimentReader.Facts, parsed.GetValue(json));
            else
                PrintValues(named ?? throw new BadArgumentException("CONF", "it is missing", "Name an experiment file, or write nmoe config --keys"), parsed.GetRequiredValue(sets));
            return ExitCodes.Success;
        });
        return command;
    }

    private static void PrintValues(string file, string[] sets)
    {
        var configuration = ExperimentFile.Read(file, sets);
        Warnings.Say(configuration.Warnings);
        var lines = configuration.Lines("#").ToArray();
        var width = lines.Max(line => line.Line.Length);
        foreach (var (line, remark) in lines)
        {
            Console.Out.WriteLine($"{line.PadRight(width)}  # {remark}");
        }

        Console.Out.WriteLine($"# configHash {configuration.ConfigHash}");
    }

    private static void PrintKeys(ImmutableArray<KeyFacts> keys, bool asJson)
    {
        if (asJson)
        {
            Console.Out.Write(JsonText.Of(keys));
            return;
        }

        string[][] rows =
        [
            ["KEY", "DEFAULT", "LEGAL VALUES", "READ WITH", "REASON"],
            .. keys.Select(key => new[] { key.Path, key.Default, WithUnit(key), key.ReadWith.IsEmpty ? "always" : string.Join("; ", key.ReadWith), key.Reason }),
        ];
        var widths = Enumerable.Range(0, rows[0].Length - 1).Select(column => rows.Max(row => row[column].Length)).ToArray();
        foreach (var row in rows)
        {
            Console.Out.WriteLine(string.Join("  ", row.Zip(widths, (cell, width) => cell.PadRight(width)).Append(row[^1])));
        }
    }

    /// <summary>A measure's units stand in its words.</summary>
    private static string WithUnit(KeyFacts key) => key.Units is [var unit] && !key.Legal.Contains(unit, StringComparison.Ordinal) ? $"{key.Legal}, in {unit}" : key.Legal;
}
