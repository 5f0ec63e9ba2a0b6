using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using NMoE.Cli.Commands;
using NMoE.Cli.Running;
using NMoE.Learning.Data;

namespace NMoE.Cli;

/// <summary>The program: all commands, and how a command line is read and ends.</summary>
public static class CommandLine
{
    // Signals are the commands' own (StopSignals): the library's handler swallows the first one that meets a command before it awaits anything.
    private static InvocationConfiguration Invocation => new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };

    /// <summary>Runs a command line to its end.</summary>
    /// <param name="args">The arguments after the program's name.</param>
    /// <param name="bench">The command of the tool that measures; null where it is not this process.</param>
    /// <returns>The code of <see cref="ExitCodes"/>.</returns>
    public static int Run(string[] args, Command? bench = null) => ExitCodes.Guard(() =>
    {
        ParentCode.Check();
        var parsed = Commands(bench ?? BenchCommand.Elsewhere()).Parse(AsOptions(args));
        Arguments.RefuseEmpty(parsed);
        return parsed.Action switch
        {
            ParseErrorAction => TellMistakes(parsed),
            HelpAction => ShowHelp(parsed),
            _ => parsed.Invoke(Invocation),
        };
    });

    /// <summary>Help calls the program what a user calls it, and not its file. A list of commands is without their examples, which each command's own help has.</summary>
    private static int ShowHelp(ParseResult parsed)
    {
        var below = parsed.CommandResult.Command.Subcommands.ToArray();
        foreach (var command in below)
            command.Description = command.Description?.Split(" Example", 2)[0];
        using var help = new StringWriter();
        var invocation = Invocation;
        invocation.Output = help;
        var code = parsed.Invoke(invocation);
        Console.Out.Write(help.ToString().Replace($"  {RootCommand.ExecutableName} ", "  nmoe ", StringComparison.Ordinal));
        if (below.Length > 0)
            Console.Out.WriteLine($"Examples of a command: {string.Join(' ', Names(parsed.CommandResult.Command).Skip(1).Prepend("nmoe"))} COMMAND --help");
        return code;
    }

    /// <summary><c>nmoe</c>, <c>nmoe help</c> and <c>nmoe help run</c> are what people type for <c>--help</c>.</summary>
    private static string[] AsOptions(string[] args) => args switch
    {
        [] or ["help"] => ["--help"],
        ["help", .. var rest] => [.. rest, "--help"],
        _ => args,
    };

    /// <summary>Says what is wrong on standard error, the nearest name where one was mistyped, and where help is.</summary>
    /// <returns>The code of bad input, where the library's own would be that of a failure.</returns>
    private static int TellMistakes(ParseResult parsed)
    {
        foreach (var mistake in parsed.Errors.Select(error => error.Message).Distinct())
            Console.Error.WriteLine("error: " + mistake);

        // What is left to the library is the nearest name.
        ((ParseErrorAction)parsed.Action!).ShowHelp = false;
        var invocation = Invocation;
        (invocation.Output, invocation.Error) = (Console.Error, TextWriter.Null);
        parsed.Invoke(invocation);
        Console.Error.WriteLine($"Help: {string.Join(' ', Names(parsed.CommandResult.Command).Skip(1).Prepend("nmoe").Append("--help"))}");
        return ExitCodes.BadInput;
    }

    private static IEnumerable<string> Names(Command command) =>
        command.Parents.OfType<Command>().FirstOrDefault() is { } above ? Names(above).Append(command.Name) : [command.Name];

    private static RootCommand Commands(Command bench) => new("Simulate a Networked Mixture-of-Experts over unreliable edge networks, in virtual time.")
    {
        RunCommand.Create(),
        LiveCommand.Create(),
        CalibrateCommand.Create(),
        CompareCommand.Create(),
        SweepCommand.Create(),
        WorkerCommand.Create(),
        StatusCommand.Create(),
        WatchCommand.Create(),
        ListCommand.Create(),
        DiffCommand.Create(),
        PlotCommand.Create(),
        ExportCommand.Create(),
        VerifyCommand.Create(),
        VerifiedRunCommand.Create(),
        CostCommand.Create(),
        ConfigCommand.Create(),
        CompletionCommand.Create(),
        CertificatesCommand.Create(),
        bench,
        FuzzCommand.Create(),
        DataCommand.Create(),
        DoctorCommand.Create(Places.DefaultStore, Cifar10Folder.Default),
    };
}
