using NMoE.Compute.Execution;
using NMoE.Federation.Experiments;
using NMoE.Federation.Protocol;
using NMoE.Federation.Tests.Devices;
using NMoE.Learning.Data;
using NMoE.Learning.Registry;

namespace NMoE.Federation.Tests.Experiments;

/// <summary>Whole experiments in which much goes wrong, with made-up results.</summary>
public sealed class TroubledExperimentSpecs
{
    private static readonly string[] Trouble =
    [
        "experiment.clients=10", "extractor.rounds=6", "gate.rounds=4", "extractor.deadline=10 min", "gate.deadline=10 min", "expert.deadline=1 h", "supervision.patience=1 min",
        "supervision.backoff=1 s", "inference.deadline=20 s", "inference.retries=1", "inference.alternatives=1", "extractor.quorum=0.3",
        "faults.rules=[\"drop 10 % of any\", \"duplicate 10 % of any by 1 s\", \"corrupt 10 % of any\", \"reorder 20 % of any by 5 s\"]",
        "faults.schedule=[\"at 30 s crash aggregator\", \"at 60 s crash aggregator for 30 s\", \"at 40 s crash supervisor\"]",
        "faults.crashes.share=0.3", "faults.crashes.within=2 min", "faults.crashes.for=20 s",
    ];

    [Theory]
    [InlineData("extractor.method=fedce")]
    [InlineData("extractor.method=fedsc")]
    [InlineData("extractor.late=accept")]
    [InlineData("extractor.aggregation=buffered")]
    [InlineData("inference.gates=[rollgate, localgate]")]
    public void It_ends_and_every_byte_and_update_is_accounted_for(string variant)
    {
        var report = Run(variant).Report;

        foreach (var entry in report.Ledger)
        {
            Assert.True(entry.Sent + entry.Duplicated >= entry.Delivered + entry.Lost, $"More of {entry} arrived than was sent.");
            Assert.True(entry.Messages + entry.MessagesDuplicated >= entry.MessagesDelivered + entry.MessagesLost, $"More of {entry} arrived than was sent.");
        }

        var updates = report.Updates!;
        Assert.Equal(updates.Delivered, report.Ledger.Where(entry => entry.Kind == nameof(RoundUpdate)).Sum(entry => entry.MessagesDelivered));
        Assert.True(updates.Lost > 0 && updates.Copies > 0, "Nothing went wrong.");
        Assert.InRange(updates.Counted, 1, updates.Delivered);
        Assert.Equal(updates.Counted, report.Rounds.Where(round => round.Stage != "rollgate").Sum(round => round.Participants));
        Assert.Equal(
            ["aggregator", "aggregator"], report.Crashes.Select(crash => crash.Device).Where(device => device == "aggregator"));
        Assert.Equal(3, report.Crashes.Select(crash => crash.Device).Where(device => device.StartsWith("client-", StringComparison.Ordinal)).Distinct().Count());
    }

    [Theory]
    [InlineData("10 s", "20 s")]
    [InlineData("60 s", "90 s")]
    [InlineData("2 min", "150 s")]
    [InlineData("3 min", "4 min")]
    [InlineData("5 min", "6 min")]
    public void Clients_that_are_killed_stop_nobody_and_the_report_says_who_answered(string first, string second)
    {
        var report = Run($"faults.schedule=[\"at {first} kill client-1\", \"at {second} kill client-7\"]").Report;

        Assert.Equal(["client-1", "client-7"], report.Crashes.Where(crash => !crash.Returns).Select(crash => crash.Device).Order(StringComparer.Ordinal));
        Assert.NotEmpty(report.Passes);
        foreach (var pass in report.Passes.Where(pass => pass.Note is not null))
        {
            Assert.Matches(pass.Gate is "best-expert" or "specialist" or "oraclegate" ? "^over the [89] of 10 clients with experts$" : "^answered by [89] of 10 clients$", pass.Note);
        }
    }

    [Fact]
    public void It_is_the_same_again()
    {
        var (first, second) = (Run("seed=5"), Run("seed=5"));
        Assert.Equal(first.TraceHash, second.TraceHash);
        Assert.NotEqual(first.TraceHash, Run("seed=6").TraceHash);
    }

    private static Outcome Run(string variant)
    {
        var executor = new RehearsalExecutor(LearningFunctions.All(new DataCatalog(null)), _ => null);
        return new Experiment(DeviceSpec.PlanOf([.. Trouble, variant]), executor, _ => { }).Run(CancellationToken.None);
    }
}
