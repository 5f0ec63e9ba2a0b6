using System.Globalization;
using System.Reflection;
using NMoE.Cli.Commands;
using Spectre.Console;

namespace NMoE.Cli.Tests.StrangeInput;

/// <summary>
/// The program's own entry point, called in this process with the console, the working folder and the user's cache of a row. An exception that leaves it is what a process would end with: a stack trace.
/// </summary>
internal static class InProcess
{
    private static readonly MethodInfo s_main = typeof(RunCommand).Assembly.EntryPoint!;

    public static Ended Run(Place place, params string[] arguments)
    {
        var (folder, cache, output, error) = (Environment.CurrentDirectory, Environment.GetEnvironmentVariable("XDG_CACHE_HOME"), Console.Out, Console.Error);
        using var said = new StringWriter(CultureInfo.InvariantCulture);
        using var complained = new StringWriter(CultureInfo.InvariantCulture);
        try
        {
            Environment.CurrentDirectory = place.Path;
            Environment.SetEnvironmentVariable("XDG_CACHE_HOME", place.PathOf("cache"));
            Console.SetOut(said);
            Console.SetError(complained);
            AnsiConsole.Console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(said) });
            int? code = null;
            Exception? thrown = null;
            var command = new Thread(() => code = Code(arguments, out thrown)) { IsBackground = true };
            command.Start();
            return command.Join(Waiting.Longest)
                ? new(code!.Value, said.ToString(), complained.ToString() + (thrown is null ? "" : $"Unhandled exception. {thrown}"))
                : throw new TimeoutException($"nmoe {string.Join(' ', arguments)} did not end.");
        }
        finally
        {
            Environment.CurrentDirectory = folder;
            Environment.SetEnvironmentVariable("XDG_CACHE_HOME", cache);
            Console.SetOut(output);
            Console.SetError(error);
        }
    }

    private static int Code(string[] arguments, out Exception? thrown)
    {
        try
        {
            thrown = null;
            return (int)s_main.Invoke(null, [arguments])!;
        }
        catch (TargetInvocationException unhandled)
        {
            thrown = unhandled.InnerException;
            return 134;
        }
    }
}
