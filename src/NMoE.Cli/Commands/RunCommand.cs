using System.CommandLine;
using NMoE.Cli.Running;
using NMoE.Reporting.Tables;
using Spectre.Console;

namespace NMoE.Cli.Commands;

/// <summary><c>nmoe run</c>: one experiment, from data to figures.</summary>
public static class RunCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var file = Arguments.Configuration();
        var sets = Arguments.Sets();
        var output = Arguments.Output();
        var command = new Command(
            "run",
            "Run an experiment. Examples:\n  nmoe run experiments/quickstart.conf\n  nmoe run experiments/cifar10.conf --set data.path=DIR --set seed=2")
        {
            file, sets, output,
        };
        command.SetAction(parsed =>
        {
            var configuration = ExperimentFile.Read(parsed.GetRequiredValue(file), parsed.GetRequiredValue(sets));
            using var stop = new CancellationTokenSource();
            Arguments.StopOnInterrupt(stop);
            var run = new ExperimentRun(configuration, parsed.GetRequiredValue(output), AnsiConsole.Console);
            var (folder, report, manifest) = run.Go(stop.Token);
            Console.Out.WriteLine();
            Console.Out.Write(ReportTables.PlainText(report));
            Console.Out.WriteLine();
            Console.Out.WriteLine($"jobs       {manifest.JobsRun} run, {manifest.JobsRemembered} remembered");
            Console.Out.WriteLine($"state hash {manifest.StateHash}");
            Console.Out.WriteLine($"run        {folder}");
            return ExitCodes.Success;
        });
        return command;
    }
}
