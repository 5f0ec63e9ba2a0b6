using System.CommandLine;
using System.Globalization;
using NMoE.Bench.Loads;
using NMoE.Cli.Commands;
using NMoE.Cli.Running;
using NMoE.Cluster.Work.Messages;
using NMoE.Compute.Execution;
using NMoE.Federation.Algorithms;
using NMoE.Learning.Data;
using NMoE.Learning.Registry;
using Spectre.Console;

namespace NMoE.Bench;

/// <summary><c>nmoe bench</c>: what the simulator itself costs, as ratios within one program.</summary>
public static class Benches
{
    private const int Repeats = 3;
    private const int MostRepeats = 10_000;

    // Up to a thousand devices that each have many timers; last, as many as there can be, whose memory no cache holds.
    private static readonly (int Pending, int Actors)[] Loads =
        [(10, 5), (1000, 500), (10_000, 1000), (100_000, 1000), (10_000, 5000), (100_000, 50_000)];

    private static readonly int[] Uploads = [100, 1000, 10_000, 100_000];

    /// <summary>The command, with one subcommand a subject.</summary>
    public static Command Create() => new(BenchCommand.Name, BenchCommand.Description)
    {
        Loop(), ScaleBench.Create(), StoreBench.Create(), Overhead(), FedAvgBench.Create(), RatesBench.Create(), Network(), Cluster(), ClusterBench.Wire(), ClusterBench.Blobs(),
    };

    private static Command Loop()
    {
        var events = Arguments.Whole("--events", "Messages a measurement.", 1000, 1_000_000_000_000, 2_000_000L);
        var command = new Command("loop", "Events a second of actors, and of actions, in virtual time, beside a bare loop over the base library's PriorityQueue; bytes of an idle client.") { events };
        command.SetAction(parsed => StopSignals.Until(Arguments.BeginsAnew, stop =>
        {
            var count = parsed.GetRequiredValue(events);
            var table = Table("Pending", "Actors", "Actors (events/s)", "Actions (events/s)", "Bare PriorityQueue (events/s)", "Actors / bare");
            LoopLoad.Actors(100, 50, count / 10);
            LoopLoad.Bare(100, count / 10);
            foreach (var (pending, actors) in Loads)
            {
                stop.ThrowIfCancellationRequested();
                // Alternated, best of a few: what else the machine does only ever slows one down.
                var pairs = Enumerable.Range(0, Repeats).Select(_ => (World: LoopLoad.Actors(pending, actors, count), Actions: LoopLoad.Actions(pending, count), Bare: LoopLoad.Bare(pending, count))).ToArray();
                var (world, actions, bare) = (pairs.Max(pair => pair.World), pairs.Max(pair => pair.Actions), pairs.Max(pair => pair.Bare));
                table.AddRow(Text($"{pending}"), Text($"{actors}"), Text($"{world:N0}"), Text($"{actions:N0}"), Text($"{bare:N0}"), Text($"{world / bare:F2}"));
            }

            AnsiConsole.Write(table);
            Console.Out.WriteLine(Text($"memory of an idle client: {IdleClientBytes():N0} bytes"));
            return ExitCodes.Success;
        }));
        return command;
    }

    private static Command Overhead()
    {
        var pairs = Arguments.Whole("--pairs", "Alternated pairs of measurements.", 1, MostRepeats, 5);
        var command = new Command("overhead", "Training through jobs, store and actors beside the same epochs in a bare loop.") { pairs };
        command.SetAction(parsed => StopSignals.Until(Arguments.BeginsAnew, stop =>
        {
            var table = Table("Pair", "Bare loop (s)", "Jobs and actors (s)", "Ratio");
            var ratios = new List<double>();
            foreach (var (number, pair) in TrainingOverhead.Measure(parsed.GetRequiredValue(pairs), stop).Index())
            {
                ratios.Add(pair.Simulated / pair.Bare);
                table.AddRow(Text($"{number + 1}"), Text($"{pair.Bare:F2}"), Text($"{pair.Simulated:F2}"), Text($"{ratios[^1]:F3}"));
            }

            AnsiConsole.Write(table);
            Console.Out.WriteLine(Text($"median ratio: {ratios.Order().ElementAt(ratios.Count / 2):F3}"));
            return ExitCodes.Success;
        }));
        return command;
    }

    private static Command Network()
    {
        var command = new Command("network", "Seconds of a round's end in which all clients upload to one aggregator at once, beside recomputing all rates at each end.");
        command.SetAction(_ => StopSignals.Until(Arguments.BeginsAnew, stop =>
        {
            var table = Table("Uploads", "Clients", "Shared channel (s)", "Growth", "Recomputing all (s)", "Growth");
            NetworkLoad.Shared(Uploads[0], RoundEnd.Unequal);
            NetworkLoad.RecomputingAll(Uploads[0]);
            foreach (var uploads in Enum.GetValues<RoundEnd>())
            {
                double? lastShared = null, lastAll = null;
                foreach (var clients in Uploads)
                {
                    stop.ThrowIfCancellationRequested();
                    // The largest takes long enough for once to tell.
                    var repeats = clients == Uploads[^1] ? 1 : Repeats;
                    var shared = Enumerable.Range(0, repeats).Min(_ => NetworkLoad.Shared(clients, uploads));
                    double? all = uploads == RoundEnd.Unequal ? Enumerable.Range(0, repeats).Min(_ => NetworkLoad.RecomputingAll(clients)) : null;
                    table.AddRow(
                        Text($"{uploads}"), Text($"{clients}"), Text($"{shared:F4}"), Growth(shared, lastShared), Text($"{all:F4}"), Growth(all, lastAll));
                    (lastShared, lastAll) = (shared, all);
                }
            }

            AnsiConsole.Write(table);
            return ExitCodes.Success;
        }));
        return command;
    }

    private static Command Cluster()
    {
        var data = Arguments.Path("--data", "Folder of CIFAR-10. Default: generated pictures of its size.");
        var rounds = Arguments.Whole("--rounds", "Rounds of FedCE.", 1, MostRepeats, 2);
        var pictures = Arguments.Whole("--train-per-client", "Pictures of each of the ten clients.", 1, 1_000_000, 2500);
        var pairs = Arguments.Whole("--pairs", "Alternated pairs of measurements.", 1, MostRepeats, 2);
        var command = new Command(
            "cluster",
            "Rounds of FedCE at width 16, store empty, on two worker processes of one thread each, beside two threads of this process. Wants an idle machine of two cores. Example:\n"
            + "  nmoe bench cluster --rounds 1 --train-per-client 500 --pairs 1")
        {
            data, rounds, pictures, pairs,
        };
        command.SetAction(parsed => StopSignals.Until(Arguments.BeginsAnew, stop =>
        {
            var load = new ClusterLoad(parsed.GetValue(data), parsed.GetRequiredValue(rounds), parsed.GetRequiredValue(pictures));
            var table = Table("Pair", "In process (s)", "Two workers (s)", "Ratio", "Moved (MB)", "Fetching (s)", "Landing (s)");
            var ratios = new List<double>();
            for (var pair = 1; pair <= parsed.GetRequiredValue(pairs); pair++)
            {
                var alone = load.InProcess(stop);
                var (seconds, status) = load.OnWorkers(stop);
                ratios.Add(alone / seconds);
                table.AddRow(
                    Text($"{pair}"), Text($"{alone:F2}"), Text($"{seconds:F2}"), Text($"{ratios[^1]:P1}"), Text($"{(status.Received + status.Sent) / 1e6:F1}"),
                    Text($"{status.Moving.FetchingSeconds:F2}"), Text($"{status.Moving.LandingSeconds:F2}"));
                if (pair == parsed.GetValue(pairs))
                {
                    AnsiConsole.Write(table);
                    Scaling(seconds, status);
                }
            }

            return ExitCodes.Success;
        }));
        return command;
    }

    private static void Scaling(double seconds, WorkStatus status)
    {
        var job = seconds * ClusterLoad.Workers / status.Run;
        var moving = (status.Moving.FetchingSeconds + status.Moving.LandingSeconds) / status.Run;
        Console.Out.WriteLine(Text($"a job takes {job:F3} s of a worker and {moving:F3} s of moving, waits for this machine's disk among them"));
        foreach (var workers in (int[])[2, 8, 64])
        {
            Console.Out.WriteLine(Text($"computed, not measured: {workers} such workers would be {ClusterLoad.Speedup(workers, job, moving):F1} times as fast as one"));
        }
    }

    private static string Growth(double? now, double? before) => now / before is { } ratio ? Text($"x {ratio:F1}") : "";

    private static double IdleClientBytes()
    {
        const int clients = 10_000;
        var settings = ExperimentFile.Reference(FormattableString.Invariant($"experiment.clients={clients}")).Settings;
        var catalog = new DataCatalog(null);
        var plan = Plans.Of(settings, catalog.Open(GeneratedData.DataName, settings.Seed, settings.Data.Reading).Spec);
        return IdleClients.BytesEach(plan, new RehearsalExecutor(LearningFunctions.All(catalog), _ => null));
    }

    private static Table Table(params string[] headings)
    {
        var table = new Table().Border(TableBorder.Ascii);
        foreach (var heading in headings)
        {
            table.AddColumn(new TableColumn(heading).RightAligned());
        }

        return table;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
