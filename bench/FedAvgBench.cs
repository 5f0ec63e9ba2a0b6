using System.CommandLine;
using System.Globalization;
using NMoE.Bench.Loads;
using NMoE.Cli.Commands;
using NMoE.Cli.Running;
using Spectre.Console;

namespace NMoE.Bench;

/// <summary><c>nmoe bench fedavg</c>: the workloads that others measure, beside the same loop in plain PyTorch and in plain TorchSharp.</summary>
internal static class FedAvgBench
{
    private static readonly string[] Headings =
        ["Pair", "Threads", "World (s)", "Bare loop (s)", "TorchSharp (s)", "PyTorch (s)", "World / PyTorch", "Bare / PyTorch", "Bare / TorchSharp", "Processor: world, bare, PyTorch (s)"];

    public static Command Create()
    {
        var name = new Argument<string>("workload") { Description = string.Join(", ", FedAvgWork.All.Select(work => work.Name)) };
        name.AcceptOnlyFromAmong([.. FedAvgWork.All.Select(work => work.Name)]);
        var pairs = Arguments.Whole("--pairs", "Alternated measurements of each side.", 1, 1000, 3);
        var threads = Arguments.Whole("--threads", "Threads here, and processes of PyTorch.", 1, 64, 1);
        var scaling = new Option<bool>("--scaling") { Description = "Each pair with one thread and with --threads, and how much faster those are." };
        var rounds = Arguments.Whole("--rounds", "Rounds. Default: the workload's.", 1, 100_000);
        var cohort = Arguments.Whole("--cohort", "Clients a round. Default: the workload's.", 1, 100_000);
        var command = new Command(
            "fedavg", "Rounds of federated averaging as FLUTE, BlazeFL and McMahan et al. have them, through a whole world and as a bare loop, beside the same loop in plain TorchSharp and in plain PyTorch (where python3-torch is installed). Example:\n"
            + "  nmoe bench fedavg blazefl-cnn --threads 2 --scaling --cohort 20 --pairs 3")
        {
            name, pairs, threads, scaling, rounds, cohort,
        };
        command.SetAction(parsed => StopSignals.Until(Arguments.BeginsAnew, stop =>
        {
            var work = FedAvgWork.All.Single(work => work.Name == parsed.GetRequiredValue(name));
            work = work with { Rounds = parsed.GetValue(rounds) ?? work.Rounds, Cohort = Math.Min(work.Clients, parsed.GetValue(cohort) ?? work.Cohort) };
            var most = parsed.GetRequiredValue(threads);
            Measure(work, parsed.GetRequiredValue(pairs), parsed.GetValue(scaling) && most > 1 ? [1, most] : [most], stop);
            return ExitCodes.Success;
        }));
        return command;
    }

    private static void Measure(FedAvgWork work, int pairs, int[] threads, CancellationToken stop)
    {
        using var sides = new Sides(new(work), PlainTorchSharp.Of(work), [.. threads.Select(count => PythonSide.Start(work, count))]);
        var table = new Table().Border(TableBorder.Ascii).AddColumns(Headings);
        List<Pair> all = [];
        for (var pair = 0; pair <= pairs; pair++)
        {
            foreach (var (side, count) in threads.Index())
            {
                stop.ThrowIfCancellationRequested();
                var taken = sides.Measure(pair, count, side, stop);

                // The first warms caches and compilers of all.
                if (pair > 0)
                {
                    all.Add(taken);
                    table.AddRow(taken.Cells());
                }
            }
        }

        AnsiConsole.Write(table);
        foreach (var count in threads)
        {
            Say(all.Where(pair => pair.Threads == count).ToArray());
        }

        if (threads is [_, var most])
        {
            Console.Out.WriteLine(Text($"median speed-up from 1 to {most}: world {Speedup(all, most, pair => pair.World.Seconds):F2}, PyTorch {Speedup(all, most, pair => pair.PyTorch?.Seconds):F2}"));
        }
    }

    private static void Say(Pair[] pairs) => Console.Out.WriteLine(pairs[0].PyTorch is null
        ? "No Python with PyTorch was found; Debian has it as python3-torch."
        : Text($"median ratios to PyTorch at {pairs[0].Threads}: world {Median(pairs.Select(pair => pair.World / pair.PyTorch)):F3}, bare loop (1 thread) {Median(pairs.Select(pair => pair.Bare / pair.PyTorch)):F3}"));

    private static double? Speedup(List<Pair> all, int most, Func<Pair, double?> seconds) => Median(
        all.Where(pair => pair.Threads == 1).Zip(all.Where(pair => pair.Threads == most), (alone, together) => seconds(alone) / seconds(together)));

    private static double? Median(IEnumerable<double?> values) => values.Order().ToArray() is { Length: > 0 } sorted ? sorted[(sorted.Length - 1) / 2] : null;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>Seconds, and those of the processor, which another program's work does not lengthen.</summary>
    private sealed record Taken(double Seconds, double Processor)
    {
        public static double? operator /(Taken taken, Taken? other) => taken.Seconds / other?.Seconds;
    }

    private sealed record Pair(int Number, int Threads, Taken World, Taken Bare, Taken? TorchSharp, Taken? PyTorch)
    {
        public string[] Cells() =>
        [
            Text($"{Number}"), Text($"{Threads}"), Text($"{World.Seconds:F3}"), Text($"{Bare.Seconds:F3}"), Text($"{TorchSharp?.Seconds:F3}"), Text($"{PyTorch?.Seconds:F3}"),
            Text($"{World / PyTorch:F3}"), Text($"{Bare / PyTorch:F3}"), Text($"{Bare / TorchSharp:F3}"), Text($"{World.Processor:F2} {Bare.Processor:F2} ") + (Threads == 1 ? Text($"{PyTorch?.Processor:F2}") : "-"),
        ];
    }

    /// <summary>What is measured in turn.</summary>
    private sealed record Sides(FedAvgLoad Load, PlainTorchSharp? Plain, PythonSide?[] PyTorch) : IDisposable
    {
        public Pair Measure(int number, int threads, int side, CancellationToken stop) => new(
            number, threads, Used(() => Load.Simulated(threads, stop)), Used(() => Load.Bare(stop)), Plain is null ? null : Used(() => Plain.Measure(stop)),
            PyTorch[side]?.Measure() is var (seconds, processor) ? new(seconds, processor) : null);

        public void Dispose()
        {
            Load.Dispose();
            Plain?.Dispose();
            Array.ForEach(PyTorch, python => python?.Dispose());
        }

        private static Taken Used(Func<double> work)
        {
            var before = Environment.CpuUsage.TotalTime;
            return new(work(), (Environment.CpuUsage.TotalTime - before).TotalSeconds);
        }
    }
}
