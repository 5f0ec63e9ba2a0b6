using System.CommandLine;
using NMoE.Cli.Running;

namespace NMoE.Cli.Commands;

/// <summary><c>nmoe bench</c> is a tool of its own (<c>bench/</c>), which the launcher starts. This keeps its place among the commands.</summary>
public static class BenchCommand
{
    /// <summary>Its name.</summary>
    public const string Name = "bench";

    /// <summary>What help says of it.</summary>
    public const string Description = "Measure the simulator itself, as ratios within one program.";

    /// <summary>Where the tool itself does not run: says where it is.</summary>
    internal static Command Elsewhere()
    {
        var command = new Command(Name, Description) { TreatUnmatchedTokensAsErrors = false };
        command.SetAction(_ => Refuse());
        return command;
    }

    private static int Refuse() => throw new BadArgumentException(Name, "it is a tool of its own", "The launcher starts it: ./nmoe bench");
}
