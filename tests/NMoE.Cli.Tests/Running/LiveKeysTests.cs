using NMoE.Cli.Live;
using NMoE.Cluster.Live;
using NMoE.Cluster.Live.Shaping;
using NMoE.Federation.Configuration;

namespace NMoE.Cli.Tests.Running;

/// <summary>A live run reads a key, says that it does not, or is refused for it.</summary>
public sealed class LiveKeysTests
{
    /// <summary>Sections that roles, jobs and measurement read, live as in virtual time.</summary>
    private static readonly string[] s_sections =
        ["seed", "profile", "experiment", "data", "model", "extractor", "fedsc", "expert", "gate", "rollgate", "latent", "inference", "supervision", "evaluation"];

    /// <summary>Keys of the other sections that a live node reads itself, if only to forecast how long a round should take.</summary>
    private static readonly string[] s_read =
    [
        "channel.profile", "channel.model", "channel.delay", "channel.delay-form", "channel.delay-spread", "channel.bandwidth", "channel.up", "channel.down", "channel.server-up", "channel.server-down",
        "device.profile", "device.compute", "device.memory", "compute.threads", "compute.device", "compute.device-memory", "compute.tf32", "compute.store.max-size",
    ];

    private static readonly string[] s_notRead = ["device.energy.flop", "device.energy.sent-byte", "device.energy.received-byte", "device.energy.radio", "device.energy.tail", "device.energy.tail-for", "device.energy.sleep", "device.energy.idle", "compute.store.path"];

    /// <summary>Settings that ask for what cannot be had, with the keys that are read with them only.</summary>
    private static readonly (string Set, string[] Keys)[] s_refused =
    [
        ("channel.loss=0.1", ["channel.loss", "channel.packet", "channel.sends", "channel.transport"]),
        ("channel.loss-form=bursts", ["channel.loss-form", "channel.burst.good-to-bad", "channel.burst.bad-to-good", "channel.burst.loss"]),
        ("channel.paths=[\"client-0 to client-1 loss 10 %\"]", ["channel.paths"]),
        ("channel.mobility.form=to-and-fro", ["channel.mobility."]),
        ("topology.peers=ring & topology.count=1", ["topology."]), ("topology.sites=2", ["topology.site"]),
        ("gate.sampled-peers=2", ["gate.sampled-peers"]),
        ("extractor.method=pfedmoe & extractor.head=personal & expert.start=reuse & inference.gates=[pfedmoe]", ["pfedmoe."]),
        ("aggregator.standby=[client-0]", ["aggregator.standby", "aggregator.checkpoint-deadline", "aggregator.max-silence"]),
        ("aggregator.place=client", ["aggregator.place", "aggregator.client"]),
        ("faults.rules=[\"drop 10 % of RoundUpdate from clients to aggregator\"]", ["faults.rules"]),
        ("faults.schedule=[\"at 1 s kill client-0\"]", ["faults.schedule"]),
        ("faults.crashes.share=0.5", ["faults.crashes."]),
        ("faults.churn.up=10 s", ["faults.churn."]),
    ];

    public static TheoryData<string> NotRead => [.. s_notRead];

    public static TheoryData<string> Refused => [.. s_refused.Select(refused => refused.Set)];

    [Theory]
    [MemberData(nameof(NotRead))]
    public void A_key_that_only_a_simulated_run_reads_is_said_with_its_place(string key)
    {
        var value = Experiment().Keys.Single(known => known.Key == key).Value;

        var said = Assert.Single(LiveKeys.PassedOver(Experiment($"{key}={(key.EndsWith("path", StringComparison.Ordinal) ? "store" : value)}")));

        Assert.StartsWith($"--set: {key}: nmoe live does not read this key: ", said, StringComparison.Ordinal);
        Assert.EndsWith(". It is read with nmoe run.", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("seed=2")]
    [InlineData("device.profile=phone")]
    [InlineData("extractor.method=fedsc", "fedsc.privacy=budget", "fedsc.secret=private", "compute.store.path=store")]
    public void What_is_read_and_what_nobody_stated_is_not_said(params string[] sets) => Assert.Empty(LiveKeys.PassedOver(Experiment(sets)));

    [Theory]
    [MemberData(nameof(Refused))]
    public void What_cannot_be_had_is_refused(string set) => Assert.Throws<LiveException>(() => LiveChannel.Check(Experiment(["channel.model=shared", .. set.Split(" & ")]).Settings));

    [Fact]
    public void No_key_is_passed_over_in_silence()
    {
        // Repeats belong to traces, and traces are refused.
        string[] known = [.. s_read, .. s_notRead, .. s_refused.SelectMany(refused => refused.Keys), "channel.trace", "channel.intervals", "channel.trace-repeat"];
        bool IsKnown(string key) => s_sections.Contains(key.Split('.')[0]) || known.Any(one => one == key || (one.EndsWith('.') && key.StartsWith(one, StringComparison.Ordinal)));
        Assert.All(Experiment().Keys, key => Assert.True(IsKnown(key.Key), $"Say what a live run does with {key.Key}."));
    }

    private static EffectiveConfiguration Experiment(params string[] sets) => ExperimentReader.Read("x.conf", ["experiment.clients=3", "data.test-per-client=20", .. sets], _ => string.Empty);
}
