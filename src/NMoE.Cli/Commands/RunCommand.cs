using System.CommandLine;
using NMoE.Cli.Doctor;
using NMoE.Cli.Running;
using NMoE.Reporting.Tables;
using Spectre.Console;

namespace NMoE.Cli.Commands;

/// <summary><c>nmoe run</c>: one experiment, from data to figures.</summary>
internal static class RunCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var file = Arguments.Configuration();
        var sets = Arguments.Sets();
        var output = Arguments.Output();
        var rehearse = Arguments.Rehearse();
        var cluster = new ClusterOptions();
        var command = new Command(
            "run",
            "Run an experiment. Stopped or killed, the same command goes on. Examples:\n  nmoe run experiments/quickstart.conf\n"
            + "  nmoe run experiments/cifar10.conf --set data.path=DIR --set seed=2\n  nmoe run experiments/quickstart.conf --cluster 127.0.0.1:4000\n"
            + "  nmoe run experiments/quickstart.conf --rehearse --set experiment.clients=1000")
        {
            file, sets, output, rehearse, cluster.At, cluster.Patience, cluster.Bind, cluster.Certificates,
        };
        command.SetAction(parsed =>
        {
            var configuration = ExperimentFile.Read(parsed.GetRequiredValue(file), parsed.GetRequiredValue(sets));
            Warnings.Say(configuration.Warnings);
            if (parsed.GetValue(rehearse))
            {
                Arguments.RefuseWith(rehearse, parsed.GetValue(cluster.At), "--cluster");
                var rehearsed = new RehearsedRun(configuration, parsed.GetRequiredValue(output), new ConsoleView(AnsiConsole.Console));
                return StopSignals.Until(Arguments.BeginsAnew, stop => Show(rehearsed.Go(stop)));
            }

            var run = new ExperimentRun(configuration, parsed.GetRequiredValue(output), new ConsoleView(AnsiConsole.Console))
            {
                Cluster = cluster.Place(parsed),
            };
            // Workers refuse what they would round otherwise, so that what holds here holds there.
            Warnings.Say(SlowArithmetic.Of([configuration.Settings], Numerics.Here()));
            return StopSignals.Until(Arguments.GoesOn, stop => Show(run.Go(stop)));
        });
        return command;
    }

    private static int Show(FinishedRun done)
    {
        var (folder, report, manifest, before) = done;
        Console.Out.WriteLine();
        Console.Out.Write(ReportTables.PlainText(report, Terminal.Width));
        Console.Out.WriteLine();
        Console.Out.WriteLine(report.TimesAlone ? "rehearsed  nothing was learned" : $"jobs       {manifest.JobsRun} run, {manifest.JobsRemembered} remembered");
        Console.Out.WriteLine($"state hash {manifest.StateHash}");
        Console.Out.WriteLine($"run        {folder}");
        Arguments.ShowPutAside(before);
        return ExitCodes.Success;
    }
}
