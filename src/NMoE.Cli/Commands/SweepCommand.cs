using System.CommandLine;
using NMoE.Cli.Doctor;
using NMoE.Cli.Running;
using NMoE.Federation.Sweeps;
using NMoE.Reporting.Records;
using NMoE.Reporting.Sweeps;
using Spectre.Console;

namespace NMoE.Cli.Commands;

/// <summary><c>nmoe sweep</c>: several experiments that share stages, and one table of them.</summary>
internal static class SweepCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var file = Arguments.File("CONF", "Sweep file, such as experiments/table1.conf, or an experiment file and --axis.");
        var sets = Arguments.Sets();
        var axes = Arguments.Axes();
        var output = Arguments.Output();
        var rehearse = Arguments.Rehearse();
        var cluster = new ClusterOptions();
        var command = new Command(
            "sweep",
            "Run the experiments of a sweep, several at once; what they share is computed once, and one that fails does not stop the others. Stopped, the same command goes on. Examples:\n"
            + "  nmoe sweep experiments/table1.conf --set profile=cpu\n  nmoe sweep experiments/fig4b.conf --set data.path=DIR\n"
            + "  nmoe sweep experiments/quickstart.conf --axis seed=1..5 --axis gate.balance=0,0.01,0.1\n"
            + "  nmoe sweep experiments/quickstart.conf --axis seed=1..5 --set sweep.parallel=1\n  nmoe sweep experiments/table1.conf --cluster 127.0.0.1:4000")
        {
            file, sets, axes, output, rehearse, cluster.At, cluster.Patience, cluster.Bind, cluster.Certificates,
        };
        command.SetAction(parsed =>
        {
            var plan = SweepReader.Read(parsed.GetRequiredValue(file), parsed.GetRequiredValue(sets), parsed.GetRequiredValue(axes), new InputFiles().Open);
            Warnings.Say(plan.Warnings.Concat(SweepLabels.Warnings(plan)));
            if (parsed.GetValue(rehearse))
                Arguments.RefuseWith(rehearse, parsed.GetValue(cluster.At), "--cluster");
            else
                Warnings.Say(SlowArithmetic.Of(plan.Points.Select(point => point.Configuration.Settings), Numerics.Here()));
            var sweep = new SweepRun(plan, parsed.GetRequiredValue(output), AnsiConsole.Console)
            {
                World = parsed.GetValue(rehearse) ? RunWorld.Rehearsed : RunWorld.Simulated,
                Cluster = cluster.Place(parsed),
            };
            return StopSignals.Until(Arguments.GoesOn, stop => Sweep(plan, sweep, stop));
        });
        return command;
    }

    private static int Sweep(SweepPlan plan, SweepRun sweep, CancellationToken cancellation)
    {
        var (result, files, run, remembered, before) = sweep.Go(cancellation);
        Console.Out.WriteLine();
        Console.Out.Write(SweepTables.PlainText(result, Terminal.Width));
        Console.Out.WriteLine();
        Console.Out.WriteLine(sweep.World == RunWorld.Rehearsed ? "rehearsed  nothing was learned" : $"jobs       {run} run, {remembered} remembered");
        foreach (var written in files)
        {
            Console.Out.WriteLine($"wrote      {written}");
        }

        Arguments.ShowPutAside(before);
        foreach (var (number, reason) in result.Failures)
        {
            Console.Error.WriteLine($"error: {sweep.NameOf(plan.Points[number])}: {reason}");
        }

        return result.Failures.IsEmpty ? ExitCodes.Success : ExitCodes.Failed;
    }
}
