using NMoE.Compute.Execution;
using NMoE.Federation.Algorithms;
using NMoE.Federation.Devices;
using NMoE.Federation.Experiments;
using NMoE.Learning.Data;
using NMoE.Learning.Registry;

namespace NMoE.Federation.Tests.Experiments;

/// <summary>Whole experiments whose devices' traces end, with made-up results.</summary>
public sealed class OffForGoodSpecs
{
    private const string Text = """
        experiment.clients = 2
        data { train-per-client = 10, test-per-client = 4 }
        extractor { rounds = 3, deadline = 10 min, quorum = 0.5 }
        gate { rounds = 2, deadline = 10 min, quorum = 0.5 }
        expert { epochs = 2, deadline = 1 h }
        supervision.patience = 1 min
        inference.deadline = 20 s
        channel { model = shared, intervals = on.csv }
        """;

    [Fact]
    public void A_run_that_fails_when_the_last_client_is_off_for_good_says_which_and_since_when()
    {
        var failed = Assert.Throws<ExperimentFailedException>(() => Run("client-0,0,0.3\nclient-1,0,0.5"));
        Assert.EndsWith(
            "; all 2 clients were off for good by then, the last of them, client-1, since 0.5 s (channel.trace, channel.intervals; channel.trace-repeat lets a trace begin anew)",
            failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_ends_without_a_device_says_since_when_it_was_off()
    {
        var off = Assert.Single(Run("client-1,0,0.5").Report.Off);
        Assert.Equal(("client-1", 0.5), (off.Device, off.SinceSeconds));
        Assert.Empty(Run("client-1,0,1e6").Report.Off);
    }

    [Fact]
    public void A_trace_that_repeats_brings_its_device_back() =>
        Assert.Empty(Run("client-0,0,20\nclient-1,0,20", "channel.trace-repeat=30 s").Report.Off);

    private static Outcome Run(string on, params string[] sets)
    {
        var settings = Configuration.Experiments.ReadFiles((Configuration.Experiments.File, Text), [("on.csv", "device,on_from_s,on_until_s\n" + on)], sets).Settings;
        var executor = new RehearsalExecutor(LearningFunctions.All(new DataCatalog(null)), _ => null);
        return new Experiment(Plans.Of(settings, new DataSpec("generated", GeneratedSource.Version, 1)), executor, _ => { }).Run(CancellationToken.None);
    }
}
