using System.Collections.Immutable;
using System.Text.Json;
using NMoE.Cli.Verifying;
using NMoE.Reporting.Canonical;
using NMoE.Simulation.Time;
using NMoE.Simulation.Tracing;

namespace NMoE.Cli.Tests.Verifying;

/// <summary>Verifications whose runs are made up: what is run in which order, and what is said of differences.</summary>
public sealed class VerificationSpecs : IDisposable
{
    private static readonly TracedEvent[] Events =
        [Message(1, "TrainRound", 500), Message(2, "RoundUpdate", 600), Message(3, "RoundUpdate", 700)];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("nmoe-verify-specs-");
    private readonly List<string> _asked = [];

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Each_number_of_threads_has_a_store_of_its_own_and_the_first_is_asked_again()
    {
        Verify(_ => new MadeUp());
        Assert.Equal(
            [
                "computed anew, 2 threads: --store store-2 --threads 2",
                "once more, all of that remembered: --store store-2 --threads 2",
                "computed anew, 1 thread: --store store-1 --threads 1",
                "as the experiment's store remembers it: ",
            ],
            _asked);
    }

    [Fact]
    public void A_store_goes_as_soon_as_no_run_needs_it()
    {
        var there = new List<string>();
        Verify(title =>
        {
            there.Add($"{title}: {string.Join(' ', _folder.GetDirectories("store-*").Select(store => store.Name).Order(StringComparer.Ordinal))}");
            return new MadeUp();
        });
        Assert.Equal(
            [
                "computed anew, 2 threads: store-2", "once more, all of that remembered: store-2", "computed anew, 1 thread: store-1",
                "as the experiment's store remembers it: ",
            ],
            there);
    }

    [Fact]
    public void Equal_runs_are_told_by_their_state_hash()
    {
        var report = Verify(_ => new MadeUp());
        Assert.True(report.IsEqual);
        Assert.Equal("equal: 4 runs have the state hash " + MadeUp.Hash('5') + ".", report.Lines().Last());
        Assert.Equal("computed anew, 2 threads                5555555555555555         3 events  7 jobs run, 2 remembered", report.Lines().First());
    }

    [Fact]
    public void A_difference_names_the_first_event_in_both_versions_and_all_that_differs()
    {
        var report = Verify(title => title.EndsWith("1 thread", StringComparison.Ordinal)
            ? new MadeUp { State = '6', Events = [.. Events[..2], Message(3, "RoundUpdate", 701)], Model = 'b', Ledger = ["head", "sent 701"] }
            : new MadeUp());
        Assert.False(report.IsEqual);
        Assert.Equal(
            [
                "different: 'computed anew, 1 thread' is not 'computed anew, 2 threads'.",
                "  trace: event 3 is the first that differs, after",
                "            1  0.0000001 s aggregator -> client-0: TrainRound (500 B)",
                "            2  0.0000002 s aggregator -> client-0: RoundUpdate (600 B)",
                "            3  0.0000003 s aggregator -> client-0: RoundUpdate (700 B)   <- computed anew, 2 threads",
                "            3  0.0000003 s aggregator -> client-0: RoundUpdate (701 B)   <- computed anew, 1 thread",
                "  models: gate aaaaaaaaaaaaaaaa / bbbbbbbbbbbbbbbb",
                "  metrics: equal",
                "  ledger: line 2 is the first that differs",
                "    sent 700",
                "    sent 701",
            ],
            report.Lines().Skip(5));
    }

    [Fact]
    public void Where_the_traces_are_equal_the_part_that_differs_is_named()
    {
        var report = Verify(title => title.StartsWith("once", StringComparison.Ordinal)
            ? new MadeUp { State = '6', Metrics = ["round 1", "round 2", "round 3"] }
            : new MadeUp());
        Assert.Equal(
            [
                "different: 'once more, all of that remembered' is not 'computed anew, 2 threads'.", "  trace: equal", "  models: equal",
                "  metrics: line 3 is the first that differs", "    (the file has ended)", "    round 3", "  ledger: equal",
            ],
            report.Lines().Skip(5));
    }

    [Fact]
    public void What_a_store_lacks_is_no_difference_and_is_said()
    {
        var report = Verify(title => new MadeUp { Lacking = title.StartsWith("as", StringComparison.Ordinal) ? "answer" : null });
        Assert.True(report.IsEqual);
        Assert.Contains("2 jobs remembered; ended at a job 'answer' that is not, compared up to there", report.Lines().ElementAt(3), StringComparison.Ordinal);
        Assert.StartsWith("equal: 3 runs", report.Lines().Last(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_store_remembers_wrongly_is_a_difference_though_it_lacks_the_rest()
    {
        var report = Verify(title => title.StartsWith("as", StringComparison.Ordinal)
            ? new MadeUp { Lacking = "answer", Events = [Events[0], Message(9, "RoundUpdate", 600)] }
            : new MadeUp());
        Assert.False(report.IsEqual);
        Assert.Equal(
            "            2  0.0000009 s aggregator -> client-0: RoundUpdate (600 B)   <- as the experiment's store remembers it", report.Lines().Last());
    }

    [Fact]
    public void A_script_finds_both_versions_of_the_event()
    {
        var report = Verify(title => title.EndsWith("1 thread", StringComparison.Ordinal) ? new MadeUp { State = '6', Events = Events[..1] } : new MadeUp());
        using var json = JsonDocument.Parse(report.Json());
        Assert.False(json.RootElement.GetProperty("equal").GetBoolean());
        var runs = json.RootElement.GetProperty("runs");
        Assert.Equal(MadeUp.Hash('6'), runs[2].GetProperty("hashes").GetProperty("state").GetString());
        Assert.Equal(JsonValueKind.Null, runs[1].GetProperty("difference").ValueKind);
        var trace = runs[2].GetProperty("difference").GetProperty("trace");
        Assert.Equal((2, JsonValueKind.Null), (trace.GetProperty("number").GetInt32(), trace.GetProperty("second").ValueKind));
        Assert.Equal(600, trace.GetProperty("first").GetProperty("bytes").GetInt64());
        Assert.Equal(2, trace.GetProperty("first").GetProperty("ticks").GetInt64());
        Assert.Equal("TrainRound", Assert.Single(trace.GetProperty("before").EnumerateArray()).GetProperty("kind").GetString());
    }

    [Fact]
    public void A_run_that_fails_ends_the_verification_with_its_code()
    {
        var verification = new Verification([2, 1], _folder.FullName, Keeping.Nothing, (title, _, _) =>
        {
            _asked.Add(title);
            return 4;
        });
        Assert.Equal(4, verification.Go().Code);
        Assert.Single(_asked);
    }

    private static TracedEvent Message(long ticks, string kind, long bytes) => new(new VirtualTime(ticks), "aggregator", "client-0", kind, bytes);

    private VerifyReport Verify(Func<string, MadeUp> run)
    {
        var verification = new Verification([2, 1], _folder.FullName, Keeping.Nothing, (title, trail, arguments) =>
        {
            _asked.Add($"{title}: {string.Join(' ', arguments.Select(argument => Path.GetFileName(argument)))}");
            if (!arguments.IsEmpty)
            {
                Directory.CreateDirectory(arguments[1]);
            }

            run(title).Leave(trail);
            return 0;
        });
        return new VerifyReport("x", "c0ffee", verification.Go().Runs);
    }

    private sealed record MadeUp
    {
        public char State { get; init; } = '5';

        public TracedEvent[] Events { get; init; } = VerificationSpecs.Events;

        public char Model { get; init; } = 'a';

        public string[] Metrics { get; init; } = ["round 1", "round 2"];

        public string[] Ledger { get; init; } = ["head", "sent 700"];

        public string? Lacking { get; init; }

        public static string Hash(char digit) => new(digit, 64);

        public void Leave(RunTrail trail)
        {
            using (var file = new TraceFile(trail.Trace))
            using (var trace = new Trace { Sink = file })
            {
                foreach (var (at, from, to, kind, bytes) in Events)
                {
                    trace.Event(at, from, to, kind, bytes);
                }
            }

            File.WriteAllLines(trail.Metrics, Metrics);
            File.WriteAllLines(trail.Ledger, Ledger);
            var hashes = Lacking is null ? new RunHashes(Hash(State), Hash('1'), Hash('2'), Hash('3'), Hash('4')) : null;
            ImmutableArray<ModelFact> models = [new ModelFact("extractor", Hash('c')), new ModelFact("gate", Hash(Model))];
            new RunFacts(2, hashes, Events.Length, 7, 2, Lacking, models).Write(trail);
        }
    }
}
