using NMoE.Compute.Execution;
using NMoE.Federation.Experiments;
using NMoE.Federation.Tests.Devices;
using NMoE.Learning.Data;
using NMoE.Learning.Registry;

namespace NMoE.Federation.Tests.Experiments;

/// <summary>Whole experiments of three clients, of which client 1 is lost at some time for good; rounds take under a minute, and every deadline that follows from that under a quarter of an hour.</summary>
public sealed class KilledClientSpecs
{
    /// <summary>Each deadline is waited for once at the most, and one more until those begin to serve who can: a dead client once cost one in every round.</summary>
    [Theory]
    [InlineData("1 ms", "joining")]
    [InlineData("4 s", "extractor")]
    [InlineData("20 s", "extractor")]
    [InlineData("60 s", "extractor")]
    public void A_dead_client_is_waited_for_once_and_the_report_says_so(string at, string stage)
    {
        var outcome = Run("extractor.rounds=30", "gate.rounds=30", "inference.gates=[fedgate, rangate, rollgate]", $"faults.schedule=[\"at {at} kill client-1\"]");
        var (waiting, alive) = (outcome.Report.Waiting!, Run("extractor.rounds=30", "gate.rounds=30", "inference.gates=[fedgate, rangate, rollgate]"));
        Assert.Equal([stage, "serving"], waiting.Stages.Select(wait => wait.Stage));
        Assert.All(waiting.Stages, wait => Assert.Equal((1, "client-1"), (wait.Deadlines, Assert.Single(wait.For))));
        Assert.Equal(outcome.VirtualTime.Seconds, waiting.Of);
        Assert.InRange(outcome.VirtualTime.Seconds - waiting.Seconds, 0.3 * alive.VirtualTime.Seconds, 1.5 * alive.VirtualTime.Seconds);
        Assert.InRange(waiting.Seconds, 600, 2 * 900);
        Assert.Null(alive.Report.Waiting);
    }

    /// <summary>Whatever stage it is lost in, the run has a result, and no more deadlines pass than steps that wait for everyone.</summary>
    [Fact]
    public void It_is_waited_for_a_few_times_whenever_it_is_lost()
    {
        var length = Run("inference.gates=[fedgate, rollgate]").VirtualTime.Seconds;
        Assert.All(Enumerable.Range(1, 12), part =>
        {
            var killed = Run("inference.gates=[fedgate, rollgate]", FormattableString.Invariant($"faults.schedule=[\"at {(int)(1000 * length * part / 13)} ms kill client-1\"]"));
            Assert.InRange(killed.VirtualTime.Seconds, 0, length + (6 * 900));
            Assert.NotEmpty(killed.Report.Passes);
        });
    }

    /// <summary>When a stage starts is seen in the record of what devices did: its first activity of all, but for the joining that the first round's record shows.</summary>
    [Theory]
    [InlineData("extractor", "extractor")]
    [InlineData("expert", "expert")]
    [InlineData("gate", "gate")]
    [InlineData("rollgate", "rollgate")]
    [InlineData("serving", "inference/")]
    public void A_fault_can_name_the_stage_at_whose_start_it_happens(string stage, string recorded)
    {
        string[] sets = ["inference.gates=[localgate, fedgate, rollgate]"];
        var starts = Run(sets).Report.Timeline.Where(span => span.Stage.StartsWith(recorded, StringComparison.Ordinal) && span.What is not ("" or "Join" or "BeginTraining")).Min(span => span.From);
        var at = Run([.. sets, $"faults.schedule=[\"at start of {stage} kill client-1\"]"]).Report.Crashes.Single(crash => crash.Device == "client-1").VirtualSeconds;
        var later = Run([.. sets, $"faults.schedule=[\"at 1 ms after start of {stage} kill client-1\"]"]).Report.Crashes.Single(crash => crash.Device == "client-1").VirtualSeconds;
        Assert.Equal(starts, at, 1e-7);
        Assert.Equal(starts + 0.001, later, 1e-7);
    }

    private static Outcome Run(params string[] sets)
    {
        var executor = new RehearsalExecutor(LearningFunctions.All(new DataCatalog(null)), _ => null);
        var plan = DeviceSpec.PlanOf(sets);
        return new Experiment(plan, executor, _ => { }) { Timeline = new(plan) }.Run(CancellationToken.None);
    }
}
