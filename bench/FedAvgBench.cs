using System.CommandLine;
using System.Globalization;
using NMoE.Bench.Loads;
using NMoE.Cli.Commands;
using NMoE.Cli.Running;
using NMoE.Compute.Store;
using Spectre.Console;

namespace NMoE.Bench;

/// <summary><c>nmoe bench fedavg</c>: the workloads that others measure, beside the same loop in plain PyTorch.</summary>
internal static class FedAvgBench
{
    public static Command Create()
    {
        var name = new Argument<string>("workload") { Description = string.Join(", ", FedAvgWork.All.Select(work => work.Name)) };
        name.AcceptOnlyFromAmong([.. FedAvgWork.All.Select(work => work.Name)]);
        var pairs = Arguments.Whole("--pairs", "Alternated measurements of each side.", 1, 1000, 3);
        var threads = Arguments.Whole("--threads", "Threads here, and processes of PyTorch.", 1, 64, 1);
        var store = new Option<string>("--store") { Description = "What the store outlives: power-loss (as that of a run) or process-end.", DefaultValueFactory = _ => "power-loss" };
        store.AcceptOnlyFromAmong("power-loss", "process-end");
        var command = new Command(
            "fedavg", "Rounds of federated averaging as FLUTE, BlazeFL and McMahan et al. have them, through a whole world and as a bare loop, beside the same loop in plain PyTorch (where python3-torch is installed).")
        {
            name, pairs, threads, store,
        };
        command.SetAction(parsed => StopSignals.Until(Arguments.BeginsAnew, stop =>
        {
            var durability = parsed.GetValue(store) == "process-end" ? StoreDurability.ProcessEnd : StoreDurability.PowerLoss;
            Measure(FedAvgWork.All.Single(work => work.Name == parsed.GetRequiredValue(name)), parsed.GetRequiredValue(pairs), parsed.GetRequiredValue(threads), durability, stop);
            return ExitCodes.Success;
        }));
        return command;
    }

    private static void Measure(FedAvgWork work, int pairs, int threads, StoreDurability durability, CancellationToken stop)
    {
        var load = new FedAvgLoad(work);
        using var python = PythonSide.Start(work, threads);
        var table = new Table().Border(TableBorder.Ascii).AddColumns("Pair", "World (s)", "Bare loop, 1 thread (s)", "PyTorch (s)", "World / PyTorch", "Bare / PyTorch", "Processor: World", "Bare", "PyTorch");
        List<(double World, double Bare)> ratios = [];
        for (var pair = 0; pair <= pairs; pair++)
        {
            stop.ThrowIfCancellationRequested();
            var (world, worldUsed) = Used(() => load.Simulated(threads, durability, stop));
            var (bare, bareUsed) = Used(() => load.Bare(stop));
            var torch = python?.Measure();

            // The first warms caches and compilers of all.
            if (pair > 0)
            {
                ratios.AddRange(torch is { } their ? [(world / their.Seconds, bare / their.Seconds)] : []);
                table.AddRow(
                    Text($"{pair}"), Text($"{world:F3}"), Text($"{bare:F3}"), Text($"{torch?.Seconds:F3}"), Text($"{world / torch?.Seconds:F3}"), Text($"{bare / torch?.Seconds:F3}"),
                    Text($"{worldUsed:F3}"), Text($"{bareUsed:F3}"), threads == 1 ? Text($"{torch?.Processor:F3}") : "");
            }
        }

        AnsiConsole.Write(table);
        Console.Out.WriteLine(python is null
            ? "No Python with PyTorch was found; Debian has it as python3-torch."
            : Text($"median ratios to PyTorch: world {Median(ratios.Select(ratio => ratio.World)):F3}, bare loop {Median(ratios.Select(ratio => ratio.Bare)):F3}"));
    }

    /// <summary>Seconds that a work gives, and those of the processor that this process took for it, which another program's work does not lengthen.</summary>
    private static (double Seconds, double Processor) Used(Func<double> work)
    {
        var before = Environment.CpuUsage.TotalTime;
        return (work(), (Environment.CpuUsage.TotalTime - before).TotalSeconds);
    }

    private static double Median(IEnumerable<double> values) => values.Order().ToArray() is var sorted ? sorted[(sorted.Length - 1) / 2] : 0;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
