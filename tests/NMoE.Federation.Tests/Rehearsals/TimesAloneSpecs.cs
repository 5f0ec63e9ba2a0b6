using NMoE.Compute.Execution;
using NMoE.Federation.Experiments;
using NMoE.Federation.Records;
using NMoE.Federation.Rehearsals;
using NMoE.Federation.Tests.Devices;
using NMoE.Learning.Data;
using NMoE.Learning.Registry;

namespace NMoE.Federation.Tests.Rehearsals;

/// <summary>Experiments for their times alone: the events of a run, without what is learned.</summary>
public sealed class TimesAloneSpecs
{
    /// <summary>Where nothing that is learned says who is asked, all events are those of a run that makes up what is learned: at the same times, of the same bytes.</summary>
    [Theory]
    [InlineData("extractor.rounds=3")]
    [InlineData("data.sizes=log-normal", "experiment.clients=6", "channel.model=shared")]
    [InlineData("extractor.algorithm=scaffold", "extractor.momentum=0")]
    [InlineData("extractor.aggregation=buffered", "extractor.buffer=2", "channel.model=shared", "channel.loss=0.05")]
    [InlineData("extractor.method=fedsc", "extractor.rounds=2")]
    [InlineData("extractor.method=cyclic", "extractor.rounds=2")]
    [InlineData("aggregator.standby=[base-station]", "faults.schedule=[\"at 20 s kill aggregator\"]")]
    [InlineData("faults.crashes { share = 0.4, within = 1 min, for = 20 s }", "faults.rules=[\"drop 10 % of any\"]", "supervision.patience=5 s")]
    [InlineData("faults.churn { up = 1 min, down = 10 s, until = 5 min }", "supervision.patience=5 s", "experiment.clients=6")]
    public void Events_are_those_of_a_run(params string[] sets)
    {
        string[] all = ["inference.gates=[localgate]", "extractor.rounds=2", "evaluation.enabled=off", .. sets];
        var plan = TimesAlone.Of(DeviceSpec.PlanOf(all));
        var real = new Experiment(plan, new RehearsalExecutor(LearningFunctions.All(new DataCatalog(null)), _ => null), _ => { }).Run(CancellationToken.None);
        var alone = Rehearsed(all);
        Assert.Equal((real.TraceHash, real.VirtualTime, real.Events), (alone.TraceHash, alone.VirtualTime, alone.Events));
        Assert.Equal(real.Report.Ledger.AsEnumerable(), alone.Report.Ledger.AsEnumerable());
    }

    [Fact]
    public void Stage_three_takes_the_time_of_a_run()
    {
        string[] sets = ["gate.rounds=3", "extractor.rounds=1", "evaluation.enabled=off"];
        var real = new Experiment(DeviceSpec.PlanOf(sets), new RehearsalExecutor(LearningFunctions.All(new DataCatalog(null)), _ => null), _ => { }).Run(CancellationToken.None).Report;
        var alone = Rehearsed(sets).Report;
        Assert.Equal(real.Rounds.Select(Told), alone.Rounds.Select(Told));
        Assert.Equal(4, alone.Rounds.Length);
        static (string, int, double, long) Told(RoundRecord round) => (round.Stage, round.Round, round.VirtualSeconds, round.BytesSoFar);
    }

    [Fact]
    public void There_are_bytes_and_latencies_and_no_accuracies()
    {
        var outcome = Rehearsed("inference.gates=[rangate,localgate]", "extractor.rounds=2");
        Assert.True(outcome.Report.TimesAlone);
        Assert.All(outcome.Report.Rounds, round => Assert.True(double.IsNaN(round.TrainLoss) && round.Accuracy is null));
        Assert.All(outcome.Report.Passes, pass => Assert.True(double.IsNaN(pass.Accuracy) && pass.Routing.IsEmpty));
        Assert.True(outcome.Report.Passes[0] is { Gate: "rangate", BytesPerSample: > 100, MeanLatencySeconds: > 0 });
        Assert.Equal((0.0, 1.0), (outcome.Report.Passes[1].BytesPerSample, outcome.Report.Passes[1].LocalRatio));
        Assert.Empty(outcome.Models);
    }

    /// <summary>Whichever job was made last: the sizes are those that the kind's own function tells from the job's words.</summary>
    [Fact]
    public void Each_shard_has_its_own_size_in_whatever_order_they_are_asked_for()
    {
        var plan = TimesAlone.Of(DeviceSpec.PlanOf("data.sizes=log-normal", "experiment.clients=6"));
        var functions = LearningFunctions.All(new DataCatalog(null)).ToArray();
        var (alone, real) = (TimesAlone.Executor(plan, functions), new RehearsalExecutor(functions, _ => null));
        var jobs = plan.Deal.ClientNumbers.Select(plan.Deal.TrainingShard).ToArray();
        int[] order = [5, 0, 3, 3, 1, 5, 2, 4];
        var sizes = order.Select(client => alone.Submit(jobs[client]).Wait(CancellationToken.None).Outputs[0].Bytes).ToArray();
        Assert.Equal(order.Select(client => real.Submit(jobs[client]).Wait(CancellationToken.None).Outputs[0].Bytes), sizes);
        Assert.InRange(sizes.Distinct().Count(), 4, 6);
    }

    /// <summary>Three of four samples to client 2, none to client 0, the rest to client 1; within four binomial errors.</summary>
    [Fact]
    public void Samples_go_where_the_shares_say()
    {
        const int rows = 400;
        var ledger = Rehearsed($"data.test-per-client={rows}", "inference.gates=[rangate]", "inference.random-shares=[0, 1, 3]", "extractor.rounds=1").Report.Ledger;
        Assert.DoesNotContain(ledger, line => line is { Kind: "RouteLatents", To: "client-0" });
        double To(string client) => ledger.Single(line => line is { Kind: "RouteLatents", From: "client-0" } && line.To == client).Sent;
        Assert.Equal(0.75, To("client-2") / (To("client-1") + To("client-2")), 4 * Math.Sqrt(0.75 * 0.25 / rows));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Without_shares_each_expert_is_asked_as_often(int k)
    {
        const int rows = 400;
        var pass = Rehearsed($"data.test-per-client={rows}", "experiment.clients=4", "inference.gates=[fedgate]", $"inference.k={k}", "extractor.rounds=1", "gate.rounds=1").Report.Passes.Single();
        Assert.Equal(0.25, pass.LocalRatio!.Value, 4 * Math.Sqrt(0.25 * 0.75 / (4 * rows)));
    }

    private static Outcome Rehearsed(params string[] sets)
    {
        var plan = TimesAlone.Of(DeviceSpec.PlanOf(sets));
        return new Experiment(plan, TimesAlone.Executor(plan, LearningFunctions.All(new DataCatalog(null))), _ => { }) { Counts = Counted.TimesAlone }.Run(CancellationToken.None);
    }
}
