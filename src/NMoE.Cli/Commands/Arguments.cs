using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;
using NMoE.Cli.Running;
using NMoE.Federation.Configuration;
using NMoE.Learning.Devices;
using NMoE.Reporting.Runs;

namespace NMoE.Cli.Commands;

/// <summary>Arguments that several commands share, and how they are read: what is wrong with one is said in a sentence that names it.</summary>
internal static class Arguments
{
    /// <summary>What is true of a stopped command whose work the store remembers.</summary>
    public const string GoesOn = "What is done is kept; the same command goes on from there.";

    /// <summary>What is true of a stopped command that keeps nothing.</summary>
    public const string BeginsAnew = "Nothing was kept; the same command begins anew.";

    public static Argument<string> Configuration() => File("CONF", "Experiment file, such as experiments/quickstart.conf; - is standard input.");

    public static Option<string> Output() => Path("--out", "Folder for run directories.", () => "runs");

    public static Option<string> Join() => new("--join") { Description = "Where a run listens, as HOST:PORT (nmoe run CONF --cluster HOST:PORT).", Required = true };

    public static Option<string?> Bind() => new("--bind") { Description = "Where to listen, as HOST:PORT, if that is not where others reach this process: behind a forwarded port." };

    public static Option<string?> Certificates() => Path("--certificates", "Folder with this cluster's certificates and secret (nmoe certificates). Without it, loopback addresses only.");

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

    public static Option<string[]> Axes() => new("--axis")
    {
        Description = "Vary a key beside what the file varies: --axis seed=1..5 --axis gate.balance=0,0.01,0.1. May be given again.",
        Arity = ArgumentArity.OneOrMore,
        DefaultValueFactory = _ => [],
    };

    public static Option<bool> Rehearse() => new("--rehearse") { Description = "Go through it for its times alone: messages, links, energy and failures are real, and nothing is learned. Its folder is NAME-HASH-rehearsed." };

    /// <summary>Two options that say the opposite.</summary>
    /// <exception cref="BadArgumentException">Both are given.</exception>
    public static void RefuseWith(Option<bool> rehearse, object? other, string name)
    {
        if (other is not null)
            throw new BadArgumentException(rehearse.Name, $"nothing is computed, and {name} names who computes", $"Leave out one of the two");
    }

    /// <summary>Says what became of a result that was there before.</summary>
    public static void ShowPutAside(PutAside? before)
    {
        if (before is not null)
            Console.Out.WriteLine($"put aside  {before.Folder}: what was there before ({before.Why})");
    }

    /// <summary>A file or folder that must be named.</summary>
    public static Argument<string> File(string name, string description) => new(name)
    {
        Description = description,
        CustomParser = result => ReadPath(result, name),
    };

    /// <summary>One or more folders.</summary>
    public static Argument<string[]> Folders(string name, string description) => new(name)
    {
        Description = description,
        Arity = ArgumentArity.OneOrMore,
        CustomParser = result => [.. result.Tokens.Select(token => ReadPath(result, name, token.Value))],
    };

    /// <summary>A file or folder with a default.</summary>
    public static Argument<string> Folder(string name, string description, string standard) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => standard,
        CustomParser = result => ReadPath(result, name),
    };

    /// <summary>A file or folder; null where none is named.</summary>
    public static Option<string?> Path(string name, string description) => new(name)
    {
        Description = description,
        CustomParser = result => ReadPath(result, name),
    };

    /// <summary>A file or folder with a default.</summary>
    public static Option<string> Path(string name, string description, Func<string> standard) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => standard(),
        CustomParser = result => ReadPath(result, name),
    };

    /// <summary>A whole number with a default.</summary>
    public static Option<T> Whole<T>(string name, string description, T least, T most, T standard)
        where T : struct, IBinaryInteger<T> => new(name)
        {
            Description = description,
            DefaultValueFactory = _ => standard,
            CustomParser = result => ReadWhole(result, name, least, most) ?? standard,
        };

    /// <summary>A whole number; null where none is given.</summary>
    public static Option<T?> Whole<T>(string name, string description, T least, T most)
        where T : struct, IBinaryInteger<T> => new(name)
        {
            Description = description,
            CustomParser = result => ReadWhole(result, name, least, most),
        };

    /// <summary>A duration; null where none is given.</summary>
    public static Option<TimeSpan?> Duration(string name, string description) => new(name)
    {
        Description = description,
        CustomParser = result => ReadDuration(result, name),
    };

    /// <summary>A duration with a default.</summary>
    public static Option<TimeSpan> Duration(string name, string description, TimeSpan standard) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => standard,
        CustomParser = result => ReadDuration(result, name) ?? standard,
    };

    private static string ReadPath(ArgumentResult result, string name) => ReadPath(result, name, result.Tokens.Single().Value);

    private static string ReadPath(ArgumentResult result, string name, string written)
    {
        if (UserPath.Problem(written) is { } problem)
            result.AddError($"{name}: {problem}.");
        return UserPath.Expand(written);
    }

    private static T? ReadWhole<T>(ArgumentResult result, string name, T least, T most)
        where T : struct, IBinaryInteger<T>
    {
        var written = result.Tokens.Single().Value;
        if (T.TryParse(written, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
            return number;
        result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name}: '{written}' is not possible. Write a whole number {(most > Uncounted<T>() ? $"from {least} on" : $"in {least}..{most}")}."));
        return null;
    }

    /// <summary>Beyond it a bound is there for the computer's sake, and tells a reader nothing.</summary>
    private static T Uncounted<T>()
        where T : IBinaryInteger<T> => T.CreateSaturating(1_000_000_000L);

    private static TimeSpan? ReadDuration(ArgumentResult result, string name)
    {
        var (duration, problem) = DurationText.Read(result.Tokens.Single().Value);
        if (problem is null)
            return duration;
        result.AddError($"{name}: {problem}. Write a number and its unit, at most 10000 h, as in 90 s or \"10 min\".");
        return null;
    }

    /// <summary><c>--device</c>: what computes.</summary>
    /// <param name="description">What for.</param>
    public static Option<ComputeDevice> Device(string description) => new("--device")
    {
        Description = description,
        DefaultValueFactory = _ => ComputeDevice.Cpu,
        CustomParser = parsed =>
        {
            if (ComputeDevice.Read(parsed.Tokens[0].Value) is { } device)
                return device;
            parsed.AddError($"--device: '{parsed.Tokens[0].Value}' is no device. Write cpu, cuda or cuda:N.");
            return null;
        },
    };
}
