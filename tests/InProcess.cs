using System.CommandLine;
using System.Globalization;
using NMoE.Bench;
using Spectre.Console;

namespace NMoE;

/// <summary>
/// The program, called in this process with the console, the working folder and the user's cache of a spec. An exception that leaves it is what a process would end with: a stack trace.
/// </summary>
internal static class InProcess
{
    // Commands of these specs end within seconds; one that hangs fails its own row, long before whoever runs all of them gives up.
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(5);

    public static Ended Run(string folder, params string[] arguments) => Run(folder, Benches.Create(), arguments);

    /// <summary>Where <c>bench</c> is another tool, or this process's.</summary>
    public static Ended Run(string folder, Command? bench, string[] arguments) => Run(folder, s_limit, words => Cli.CommandLine.Run(words, bench), arguments);

    /// <exception cref="TimeoutException">The program has not ended within the limit. Its thread is left behind: there is no way to end one from outside.</exception>
    internal static Ended Run(string folder, TimeSpan limit, Func<string[], int> program, params string[] arguments)
    {
        var (here, cache, output, error) = (Environment.CurrentDirectory, Environment.GetEnvironmentVariable("XDG_CACHE_HOME"), Console.Out, Console.Error);
        using var said = new StringWriter(CultureInfo.InvariantCulture);
        using var complained = new StringWriter(CultureInfo.InvariantCulture);
        try
        {
            Environment.CurrentDirectory = folder;
            Environment.SetEnvironmentVariable("XDG_CACHE_HOME", Path.Combine(folder, "cache"));
            Console.SetOut(said);
            Console.SetError(complained);
            AnsiConsole.Console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(said) });
            int? code = null;
            Exception? thrown = null;
            var command = new Thread(() => code = Code(program, arguments, out thrown)) { IsBackground = true };
            command.Start();
            return command.Join(limit)
                ? new(code!.Value, said.ToString(), complained.ToString() + (thrown is null ? "" : $"Unhandled exception. {thrown}"))
                : throw new TimeoutException(FormattableString.Invariant($"nmoe {string.Join(' ', arguments)} has not ended after {limit.TotalSeconds:0.###} s. It said:\n{said}{complained}"));
        }
        finally
        {
            Environment.CurrentDirectory = here;
            Environment.SetEnvironmentVariable("XDG_CACHE_HOME", cache);
            Console.SetOut(output);
            Console.SetError(error);
        }
    }

    private static int Code(Func<string[], int> program, string[] arguments, out Exception? thrown)
    {
        try
        {
            thrown = null;
            return program(arguments);
        }
        catch (Exception unhandled)
        {
            thrown = unhandled;
            return 134;
        }
    }
}

/// <summary>How a command ended, and what it said.</summary>
internal sealed record Ended(int Code, string Output, string Error);
