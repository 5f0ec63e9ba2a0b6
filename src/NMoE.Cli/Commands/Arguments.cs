using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;
using NMoE.Cli.Running;
using NMoE.Reporting.Runs;

namespace NMoE.Cli.Commands;

/// <summary>Arguments that several commands share.</summary>
internal static class Arguments
{
    public static Argument<string> Configuration() => new("CONF") { Description = "Experiment file, such as experiments/quickstart.conf; - is standard input." };

    public static Option<string> Output() => new("--out") { Description = "Folder for run directories.", DefaultValueFactory = _ => "runs" };

    public static Option<string> Join() => new("--join") { Description = "Where a run listens, as HOST:PORT (nmoe run CONF --cluster HOST:PORT).", Required = true };

    public static Option<string?> Bind() => new("--bind") { Description = "Where to listen, as HOST:PORT, if that is not where others reach this process: behind a forwarded port." };

    public static Option<string?> Certificates() => new("--certificates")
    {
        Description = "Folder with this cluster's certificates and secret (nmoe certificates). Without it, loopback addresses only.",
    };

    /// <summary>What is true of a stopped command whose work the store remembers.</summary>
    public const string GoesOn = "What is done is kept; the same command goes on from there.";

    /// <summary>What is true of a stopped command that keeps nothing.</summary>
    public const string BeginsAnew = "Nothing was kept; the same command begins anew.";

    /// <summary>A count that must be one or more.</summary>
    /// <exception cref="BadArgumentException">It is none.</exception>
    public static T AtLeastOne<T>(ParseResult parsed, Option<T> option)
        where T : IBinaryInteger<T>
    {
        var count = parsed.GetRequiredValue(option);
        return count > T.Zero ? count : throw new BadArgumentException(option.Name, string.Create(CultureInfo.InvariantCulture, $"{count} is too few"), "Write a whole number from 1 on");
    }

    /// <summary>Nothing is given as an empty word: that comes from a variable of a script that is not set.</summary>
    /// <exception cref="BadArgumentException">Something is.</exception>
    public static void RefuseEmpty(ParseResult parsed)
    {
        if (parsed.CommandResult.Children.FirstOrDefault(result => result.Tokens.Any(token => token.Value.Length == 0)) is { } empty)
        {
            var name = empty is OptionResult option ? option.Option.Name : empty is ArgumentResult argument ? argument.Argument.Name : parsed.CommandResult.Command.Name;
            throw new BadArgumentException(name, "it is empty", "Write what it stands for, or leave it out");
        }
    }

    public static Option<string[]> Sets() => new("--set")
    {
        Description = "Override a key: --set seed=2 --set data.path=DIR. May be given again.",
        Arity = ArgumentArity.OneOrMore,
        DefaultValueFactory = _ => [],
    };

    /// <summary>Says what became of a result that was there before.</summary>
    public static void ShowPutAside(PutAside? before)
    {
        if (before is not null)
            Console.Out.WriteLine($"put aside  {before.Folder}: what was there before ({before.Why})");
    }
}
