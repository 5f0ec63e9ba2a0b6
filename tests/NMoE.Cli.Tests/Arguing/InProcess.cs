using System.CommandLine;
using NMoE.Bench;

namespace NMoE.Cli.Tests.Arguing;

/// <summary>The program in this process, one command line at a time: what it writes is caught.</summary>
[CollectionDefinition(nameof(InProcess), DisableParallelization = true)]
public sealed class InProcess
{
    private static readonly Lock s_one = new();

    public static (int Code, string Output, string Error) Run(params string[] arguments) => Run(Benches.Create(), arguments);

    /// <summary>Where <c>bench</c> is another tool, or this process's.</summary>
    public static (int Code, string Output, string Error) Run(Command? bench, string[] arguments)
    {
        lock (s_one)
        {
            var (screen, errors) = (Console.Out, Console.Error);
            using var output = new StringWriter();
            using var error = new StringWriter();
            Console.SetOut(output);
            Console.SetError(error);
            try
            {
                return (CommandLine.Run(arguments, bench), output.ToString(), error.ToString());
            }
            finally
            {
                Console.SetOut(screen);
                Console.SetError(errors);
            }
        }
    }
}
