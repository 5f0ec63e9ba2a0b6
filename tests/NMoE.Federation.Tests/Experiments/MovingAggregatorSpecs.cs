using NMoE.Compute.Execution;
using NMoE.Federation.Algorithms;
using NMoE.Federation.Devices;
using NMoE.Federation.Experiments;
using NMoE.Federation.Protocol;
using NMoE.Federation.Records;
using NMoE.Federation.Settings;
using NMoE.Federation.Sweeps;
using NMoE.Federation.Tests.Devices;
using NMoE.Learning.Data;
using NMoE.Learning.Registry;
using NMoE.Simulation.Tracing;

namespace NMoE.Federation.Tests.Experiments;

/// <summary>
/// Whole experiments whose aggregator is lost for good, with made-up results. All clients take part in every round, and every job is a function of its inputs: a move that loses, repeats or counts
/// anything as it should not gives other models than a run in which nothing goes wrong.
/// </summary>
public sealed class MovingAggregatorSpecs
{
    private const string Standby = "aggregator.standby=[base-station]";

    private static readonly string[] Sets =
    [
        "experiment.clients=4", "extractor.rounds=3", "gate.rounds=2", "extractor.quorum=1", "gate.quorum=1", "gate.participation=1", "supervision.patience=10 s", "aggregator.max-silence=2",
        "aggregator.checkpoint-deadline=20 s", "extractor.deadline=1 h", "gate.deadline=1 h", "expert.deadline=2 h", "rollgate.deadline=1 min", "inference.gates=[fedgate, rollgate]",
    ];

    [Theory]
    [InlineData("extractor.algorithm=fedavg")]
    [InlineData("extractor.algorithm=fedavgm")]
    [InlineData("extractor.algorithm=scaffold & extractor.momentum=0")]
    [InlineData("extractor.head=personal")]
    [InlineData("model.norm=batch-local")]
    [InlineData("extractor.method=fedsc")]
    [InlineData("gate.recipe=robust & inference.gates=[fedgate, rollgate]")]
    [InlineData("gate.input=normalised & inference.gates=[fedgate, priorgate, rollgate]")]
    public void Whenever_it_dies_the_next_place_ends_with_the_same_models(string variant)
    {
        var calm = Run(variant, Standby);
        Assert.Empty(calm.Report.Moves!.Moves);
        var stages = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var at in Moments(calm))
        {
            var moved = Run(variant, Standby, $"faults.schedule=[\"at {at} ms kill aggregator\"]");
            Assert.Equal((at, calm.ModelHash), (at, moved.ModelHash));
            Assert.Equal(calm.Report.Rounds.Select(Name), moved.Report.Rounds.Select(Name));
            Assert.Equal(calm.Report.Privacy.Select(client => client.Releases), moved.Report.Privacy.Select(client => client.Releases));
            var move = Assert.Single(moved.Report.Moves!.Moves);
            Assert.Equal("aggregator-2", move.To);
            stages.Add(move.Stage);
        }

        Assert.Superset(new SortedSet<string>(["start", "extractor", "expert", "gate", "rollgate"], StringComparer.Ordinal), stages);
    }

    /// <summary>What the place does not know of is done again, though clients went on long ago.</summary>
    [Theory]
    [InlineData("extractor.algorithm=fedavg")]
    [InlineData("extractor.algorithm=scaffold & extractor.momentum=0")]
    [InlineData(PFedMoeSpecs.Kind)]
    [InlineData("extractor.head=personal")]
    [InlineData("model.norm=batch-local")]
    [InlineData("extractor.method=fedsc")]
    [InlineData("gate.input=normalised & inference.gates=[fedgate, priorgate, rollgate]")]
    public void A_place_that_was_cut_off_repeats_what_it_missed_and_ends_with_the_same_models(string variant)
    {
        var calm = Run(variant, Standby);
        foreach (var cut in Ends(calm))
        {
            var partition = $"\"at {cut - 10} ms partition aggregator from aggregator-2 for 1 h\"";
            foreach (var dies in Ends(Run(variant, Standby, $"faults.schedule=[{partition}]")).Where(end => end > cut))
            {
                var moved = Run(variant, Standby, $"faults.schedule=[{partition}, \"at {dies + 10} ms kill aggregator\"]");
                Assert.Equal((cut, dies, calm.ModelHash), (cut, dies, moved.ModelHash));
                Assert.Equal(calm.Report.Rounds.Select(Name), moved.Report.Rounds.Select(Name));
                Assert.Equal(calm.Report.Updates!.Counted, moved.Report.Updates!.Counted);
                Assert.Equal(calm.Report.Privacy.Select(client => client.Releases), moved.Report.Privacy.Select(client => client.Releases));
                Assert.True(Assert.Single(moved.Report.Moves!.Moves).Repeated > 0 && moved.Report.Moves.Missed == 1, $"Nothing was lost that ended between {cut} and {dies} ms.");
            }
        }
    }

    /// <summary>The supervisor cannot reach it, and clients can: two aggregators for a while.</summary>
    [Fact]
    public void One_that_is_cut_off_from_the_supervisor_gives_way_when_it_hears_of_the_move()
    {
        var calm = Run(Standby);
        foreach (var at in Moments(calm))
        {
            var moved = Run(Standby, $"faults.schedule=[\"at {at} ms partition aggregator from supervisor for 10 min\"]");
            Assert.Equal((at, calm.ModelHash), (at, moved.ModelHash));
            Assert.Equal(calm.Report.Rounds.Select(Name), moved.Report.Rounds.Select(Name));
        }
    }

    [Fact]
    public void Without_a_place_to_move_to_the_run_ends_with_the_reason()
    {
        var calm = Run();
        foreach (var at in Moments(calm).Where(at => at < 1000 * calm.Report.Rounds.Max(round => round.VirtualSeconds)))
        {
            var failure = Assert.Throws<ExperimentFailedException>(() => Run($"faults.schedule=[\"at {at} ms kill aggregator\"]"));
            Assert.Contains("the aggregator was lost for good", failure.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void It_moves_twice_where_there_are_two_places_and_not_a_third_time()
    {
        const string two = "aggregator.standby=[base-station, base-station]";
        var calm = Run(two);
        var ends = Ends(calm);
        var moved = Run(two, $"faults.schedule=[\"at {ends[0] + 100} ms kill aggregator\", \"at {ends[2] + 60_000} ms kill aggregator-2\"]");
        Assert.Equal(["aggregator-2", "aggregator-3"], moved.Report.Moves!.Moves.Select(move => move.To));
        Assert.Equal(calm.ModelHash, moved.ModelHash);
        Assert.Equal(calm.Report.Rounds.Select(Name), moved.Report.Rounds.Select(Name));

        var failure = Assert.Throws<ExperimentFailedException>(() => Run(
            two, $"faults.schedule=[\"at {ends[0] + 100} ms kill aggregator+aggregator-2\", \"at {ends[2] + 60_000} ms kill aggregator-3\"]"));
        Assert.Contains("the aggregator-3 was lost for good", failure.Message, StringComparison.Ordinal);
        failure = Assert.Throws<ExperimentFailedException>(() => Run(two, $"faults.schedule=[\"at {ends[0] + 100} ms kill aggregator+aggregator-2+aggregator-3\"]"));
        Assert.Contains("there is no place left that it could move to", failure.Message, StringComparison.Ordinal);
    }

    /// <summary>The first place is dead all along: the second has the checkpoints.</summary>
    [Fact]
    public void A_dead_place_is_passed_over_and_the_next_one_has_what_it_needs()
    {
        const string two = "aggregator.standby=[base-station, base-station]";
        var calm = Run(two);
        var moved = Run(two, $"faults.schedule=[\"at 0 ms kill aggregator-2\", \"at {Ends(calm)[2] + 20_000} ms kill aggregator\"]");
        var move = Assert.Single(moved.Report.Moves!.Moves);
        Assert.Equal(("aggregator-3", 0), (move.To, move.Repeated));
        Assert.Equal(calm.ModelHash, moved.ModelHash);
    }

    [Fact]
    public void A_dead_place_costs_the_deadline_once_and_the_report_says_so()
    {
        var (alone, dead) = (Run(), Run(Standby, "faults.schedule=[\"at 0 ms kill aggregator-2\"]"));
        Assert.Equal(alone.Report.Rounds.Select(round => round.VirtualSeconds + 20), dead.Report.Rounds.Select(round => round.VirtualSeconds), (first, then) => Math.Abs(first - then) < 1e-6);
        Assert.Equal((1, 1L), (dead.Report.Moves!.Missed, dead.Report.Moves.Checkpoints));
        Assert.Null(alone.Report.Moves);
    }

    [Fact]
    public void Each_publication_sends_the_model_to_the_next_place_first()
    {
        var report = Run(Standby).Report;
        var kept = Assert.Single(report.Ledger, entry => entry.Kind == nameof(Checkpoint));
        Assert.Equal(("checkpoint", "aggregator", "aggregator-2", kept.Sent), (kept.Stage, kept.From, kept.To, kept.Delivered));

        // Rounds of stage 1 and 3, the experts, the asking of experts, the ring and the end.
        Assert.Equal((3 + 2 + 4, kept.Sent), (kept.Messages, report.Moves!.CheckpointBytes));
        var model = report.Ledger.First(entry => entry is { Kind: nameof(TrainRound), Stage: "extractor" });
        Assert.True(kept.Sent > kept.Messages * (model.Sent / model.Messages), "A checkpoint is smaller than a model.");
    }

    /// <summary>Two invitations of so many bytes leave together over the uplink of client 1, at 4 Mbit/s, and take 10 ms; client 1's own takes no time.</summary>
    [Fact]
    public void At_the_new_place_it_has_that_places_links()
    {
        var sink = new MemorySink();
        string[] shared = ["experiment.clients=3", "channel.model=shared", "channel.up=4 Mbit/s", "channel.down=100 Mbit/s", "channel.delay=10 ms", "aggregator.standby=[client-1]"];
        var moved = Run(sink, [.. shared, "faults.schedule=[\"at 20 s kill aggregator\"]"]);
        var move = Assert.Single(moved.Report.Moves!.Moves);
        var first = TraceReader.Read(new MemoryStream(sink.Bytes.ToArray())).Where(told => told is { From: "aggregator-2", Kind: nameof(TrainRound) }).Take(3).ToArray();
        Assert.Equal(["client-0", "client-1", "client-2"], first.Select(told => told.To).Order(StringComparer.Ordinal));
        var size = first[0].Bytes;
        foreach (var told in first)
        {
            Assert.Equal(told.To == "client-1" ? 0 : 0.01 + (2 * 8 * size / 4e6), told.At.Seconds - move.VirtualSeconds, 1e-3);
        }
    }

    [Fact]
    public void A_place_on_a_client_dies_with_that_clients_device()
    {
        string[] shared = ["channel.model=shared", "channel.up=4 Mbit/s", "aggregator.standby=[client-1, base-station]", "extractor.quorum=0.5", "gate.quorum=0.5", "extractor.deadline=1 min", "gate.deadline=1 min", "expert.deadline=3 min"];
        var moved = Run([.. shared, "faults.schedule=[\"at 20 s kill aggregator\", \"at 60 s kill client-1\"]"]);
        Assert.Equal(["aggregator-2", "aggregator-3"], moved.Report.Moves!.Moves.Select(move => move.To));
        Assert.Contains(moved.Report.Crashes, crash => crash is { Device: "aggregator-2", VirtualSeconds: 60, Returns: false });
    }

    /// <summary>The example, with made-up results and a few test pictures.</summary>
    [Fact]
    public void The_example_moves_once_and_twice_and_ends_with_the_same_models()
    {
        var file = Path.Combine(AppContext.BaseDirectory, "experiments", "aggregator-moves.conf");
        var runs = SweepReader.Read(file, ["evaluation.enabled=off", "data.test-per-client=8"], [], File.ReadAllText).Points.Select(point => Example(point.Configuration.Settings)).ToArray();
        Assert.Equal([0, 1, 2], runs.Select(run => run.Report.Moves!.Moves.Length));
        Assert.Single(runs.Select(run => run.ModelHash).Distinct());
    }

    private static Outcome Example(ExperimentSettings settings)
    {
        var executor = new RehearsalExecutor(LearningFunctions.All(new DataCatalog(null)), _ => null);
        return new Experiment(Plans.Of(settings, new DataSpec("generated", GeneratedSource.Version, 1)), executor, _ => { }).Run(CancellationToken.None);
    }

    private static string Name(RoundRecord round) => FormattableString.Invariant($"{round.Stage} {round.Round} {round.Participants}");

    /// <summary>When its rounds of stages 1 and 3 end, in ms.</summary>
    private static int[] Ends(Outcome run) => [.. run.Report.Rounds.Where(round => round.Stage != "rollgate").Select(round => (int)(1000 * round.VirtualSeconds))];

    /// <summary>Instants all over the training of a run, in ms: while its rounds and laps are under way, and when each has just ended.</summary>
    private static int[] Moments(Outcome calm)
    {
        var ends = calm.Report.Rounds.Select(round => 1000 * round.VirtualSeconds).Prepend(0).ToArray();
        return [.. ends.SelectMany((end, i) => i == 0 ? [end] : new[] { (ends[i - 1] + end) / 2, end + 5, end + 1500 }).Select(end => (int)end).Distinct()];
    }

    private static Outcome Run(params string[] sets) => Run(null, sets);

    private static Outcome Run(ITraceSink? sink, string[] sets)
    {
        var executor = new RehearsalExecutor(LearningFunctions.All(new DataCatalog(null)), _ => null);
        return new Experiment(DeviceSpec.PlanOf([.. Sets, .. sets.SelectMany(set => set.Split(" & "))]), executor, _ => { }) { TraceSink = sink }.Run(CancellationToken.None);
    }

    private sealed class MemorySink : ITraceSink
    {
        public MemoryStream Bytes { get; } = new();

        public void Write(ReadOnlySpan<byte> canonical) => Bytes.Write(canonical);
    }
}
