using NMoE.Compute.Execution;
using NMoE.Federation.Experiments;
using NMoE.Federation.Measurement;
using NMoE.Federation.Protocol;
using NMoE.Federation.Records;
using NMoE.Federation.Roles;
using NMoE.Federation.Tests.Devices;
using NMoE.Learning.Data;
using NMoE.Learning.Registry;
using NMoE.Simulation.Time;

namespace NMoE.Federation.Tests.Experiments;

/// <summary>What is recorded of whole experiments with made-up results: three clients, links of 10 ms and 8 Mbit/s.</summary>
public sealed class RecordedRoundSpecs
{
    [Fact]
    public void A_round_is_recorded_to_the_tick()
    {
        var plan = DeviceSpec.PlanOf("extractor.rounds=2", "inference.gates=[rangate]");
        var report = Run(plan, new Timeline(plan)).Report;
        var sizes = report.Ledger.Where(entry => entry is { Stage: Stages.Extractor, From: "client-1" } or { Stage: Stages.Extractor, To: "client-1" })
            .ToDictionary(entry => entry.Kind, entry => entry.Sent / entry.Messages);
        SpanRecord Of(string device, string kind, string what) =>
            report.Timeline.Single(span => span.Stage == Stages.Extractor && span.Round == 2 && span.Device == device && span.Kind == kind && span.What == what);

        var down = TimeSpan.FromMilliseconds(10) + Duration.Of(8.0 * sizes[nameof(TrainRound)], 8e6);
        var up = TimeSpan.FromMilliseconds(10) + Duration.Of(8.0 * sizes[nameof(RoundUpdate)], 8e6);
        var training = Duration.Of(new Charges(plan).Local(plan.Deal.Rows(0)), plan.Settings.Device.Compute);
        var begin = Of("aggregator", "send", nameof(TrainRound));
        Assert.Equal(3 * sizes[nameof(TrainRound)], begin.Bytes);
        Assert.Equal(down, Lasts(begin));
        Assert.Equal(training, Lasts(Of("client-1", "compute", "fedce")));
        Assert.Equal(up, Lasts(Of("client-1", "send", nameof(RoundUpdate))));
        Assert.Equal(begin.Until, Of("client-1", "receive-wait", nameof(TrainRound)).Until);
        Assert.Equal(begin.Until, Of("client-1", "compute", "fedce").From);
        Assert.Equal(Of("client-1", "compute", "fedce").Until, Of("client-1", "send", nameof(RoundUpdate)).From);
        Assert.Equal(Of("client-1", "send", nameof(RoundUpdate)).Until, Of("aggregator", "receive-wait", nameof(RoundUpdate)).Until);
        Assert.Equal(report.Rounds.Single(round => round is { Stage: Stages.Extractor, Round: 2 }).VirtualSeconds, Of("aggregator", "compute", "average").Until);
    }

    [Fact]
    public void Every_stage_is_recorded_and_no_byte_of_a_link_is_missing()
    {
        var plan = DeviceSpec.PlanOf("extractor.rounds=3", "gate.rounds=2", "inference.gates=[fedgate, localgate, rollgate]");
        var report = Run(plan, new Timeline(plan)).Report;
        Assert.Equal(
            [
                ("extractor", 1), ("extractor", 3), ("expert", 0), ("gate", 1), ("gate", 2), ("rollgate", 1), ("rollgate", 2),
                ("inference/fedgate/same", 1), ("inference/localgate/same", 1), ("inference/rollgate/same", 1),
            ],
            report.Timeline.Select(span => (span.Stage, span.Round)).Distinct());
        Assert.Equal(
            report.Ledger.Where(entry => entry.To == "aggregator").Sum(entry => (double)entry.Delivered), report.Links.Sum(link => link.AggregatorDown));
        Assert.Equal(
            report.Ledger.Where(entry => entry.From.StartsWith("client", StringComparison.Ordinal)).Sum(entry => (double)entry.Sent),
            3 * report.Links.Sum(link => link.ClientUp), 3);
        Assert.Equal([("fedgate", 3), ("localgate", 3), ("rollgate", 3)], report.Latencies.Select(pass => (pass.Gate, pass.Requests)));
        Assert.All(
            report.Latencies.Zip(report.Passes.Where(pass => pass.Gate is not ("best-expert" or "specialist" or "oraclegate"))),
            pair => Assert.Equal(pair.Second.MeanLatencySeconds, pair.First.QuantileSeconds.Average(), 9));
    }

    [Fact]
    public void Recording_changes_no_event_and_no_result()
    {
        var plan = DeviceSpec.PlanOf("extractor.rounds=2");
        var (seen, unseen) = (Run(plan, new Timeline(plan)), Run(plan, null));
        Assert.Equal((unseen.TraceHash, unseen.ModelHash, unseen.VirtualTime), (seen.TraceHash, seen.ModelHash, seen.VirtualTime));
        Assert.Empty(unseen.Report.Timeline);
    }

    private static TimeSpan Lasts(SpanRecord span) => new((long)Math.Round(span.Until * 1e7) - (long)Math.Round(span.From * 1e7));

    private static Outcome Run(Plan plan, Timeline? timeline) => new Experiment(
        plan, new RehearsalExecutor(LearningFunctions.All(new DataCatalog(null)), _ => null), _ => { })
    { Timeline = timeline }.Run(CancellationToken.None);
}
