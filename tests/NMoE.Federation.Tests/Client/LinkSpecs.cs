using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Compute.Execution;
using NMoE.Compute.Jobs;
using NMoE.Federation.Algorithms;
using NMoE.Federation.Experiments;
using NMoE.Federation.Protocol;
using NMoE.Federation.Records;
using NMoE.Learning.Data;
using NMoE.Learning.Gates;
using NMoE.Learning.Jobs;
using NMoE.Learning.Registry;

namespace NMoE.Federation.Tests.Client;

/// <summary>What clients know of their links, in whole experiments of three clients with accesses of their own and made-up results: four requests of two samples each.</summary>
public sealed class LinkSpecs
{
    private const string Text = "experiment.clients = 3\ndata { train-per-client = 10, test-per-client = 8 }\nextractor.rounds = 1\ngate { rounds = 1, participation = 1 }\ninference { batch = 2, des.most = 1 }";
    private const string Traced = "channel.trace=a.csv";
    private const string Stage = "inference/des/same";

    // Client 0 has 1 and 2 Mbit/s, client 1 has 4 and 8, client 2 has 16 and 16.
    private const string Trace = "time_s,device,up_bit_s,down_bit_s,delay_ms,loss\n0,client-0,1e6,2e6,0,0\n0,client-1,4e6,8e6,0,0\n0,client-2,16e6,16e6,0,0\n";

    private readonly List<Job> _jobs = [];

    private Func<RouteParameters, int?> Choose { get; set; } = _ => null;

    /// <summary>Each way is as slow as the slower access on it; before a peer has reported, its access is taken for one like the own.</summary>
    [Fact]
    public void A_gate_knows_the_own_access_and_what_peers_reported_of_theirs()
    {
        Run(Trace, Traced);

        var views = Routes("des").Where(route => route.Client == 0).Select(route => route.Links!).ToArray();
        Assert.Equal([1, 2, 3, 4], views.Select(view => view.Seen.Length));
        Assert.All(views, view => Assert.Equal(views[^1].Seen[..view.Seen.Length].SelectMany(seen => seen), view.Seen.SelectMany(seen => seen)));
        Assert.Equal([Link.None, Mbit(1, 2), Mbit(1, 2)], views[^1].Seen[^1].AsEnumerable());
        Assert.Equal([Link.None, Mbit(1, 1), Mbit(1, 1)], views[0].Seen[0].AsEnumerable());
        Assert.Equal([Mbit(2, 1), Mbit(8, 4), Link.None], Routes("des").Last(route => route.Client == 2).Links!.Seen[^1].AsEnumerable());
    }

    /// <summary>A report says an access to the step: it is sent when the first request begins, and again when the access is found to be another one.</summary>
    [Theory]
    [InlineData(4_000_001, 6)]
    [InlineData(9_000_000, 8)]
    public void A_client_reports_its_access_when_it_has_changed(int bitsPerSecond, int messages)
    {
        // A request of 600 ms there and back is before the end, and one after that: in between the uplink of client 1 becomes another one.
        string[] sets = [Traced, "channel.delay=300 ms", "inference.des.most=3"];
        var end = Run(Trace, sets).VirtualTime.Seconds;
        var report = Run(FormattableString.Invariant($"{Trace}{end - 1},client-1,{bitsPerSecond},8e6,0,0\n"), sets).Report;
        var sent = report.Ledger.Where(entry => entry.Kind == nameof(LinkReport)).ToArray();
        Assert.All(sent, entry => Assert.Equal(Stage, entry.Stage));
        Assert.Equal(messages, sent.Sum(entry => entry.Messages));
        Assert.Equal(WireCodec.Size(new LinkReport(new(LinkSteps.OfRate(1e6), LinkSteps.OfRate(2e6)))) * messages, sent.Sum(entry => entry.Sent));
    }

    [Fact]
    public void Reports_that_are_lost_leave_a_peer_unknown()
    {
        Run(Trace, Traced, "faults.rules=[\"drop 100 % of LinkReport\"]");
        Assert.All(Routes("des").Where(route => route.Client == 0).SelectMany(route => route.Links!.Seen), view => Assert.Equal([Link.None, Mbit(1, 1), Mbit(1, 1)], view.AsEnumerable()));
    }

    [Fact]
    public void Reports_go_to_those_who_may_ask()
    {
        var report = Run(Trace, Traced, "topology.peers=ring", "topology.count=1").Report;
        var sent = report.Ledger.Where(entry => entry.Kind == nameof(LinkReport)).ToArray();
        Assert.Equal([("client-0", "client-2"), ("client-1", "client-0"), ("client-2", "client-1")], sent.Select(entry => (entry.From, entry.To)).Order());
        Assert.Equal([Link.None, Mbit(1, 2)], Routes("des").Last(route => route.Client == 0).Links!.Seen[^1].AsEnumerable());
    }

    /// <summary>At 100 m 23 dBm over 1 MHz give 28 dB up and 38 down, as in ChannelAccessSpecs: a link has the lower of the two.</summary>
    [Fact]
    public void Where_distance_makes_the_rates_the_signal_is_known_too()
    {
        Run("", "channel.mobility.form=to-and-fro", "channel.mobility.near=100 m", "channel.mobility.far=100 m", "channel.mobility.bandwidth=1 MHz", "channel.mobility.path-loss-exponent=3",
            "channel.mobility.reference-loss=40", "channel.mobility.noise-figure=9", "channel.mobility.transmit-power=23", "channel.mobility.server-transmit-power=33");
        Assert.Equal([null, 56, 56], Routes("des").Last(route => route.Client == 0).Links!.Seen[^1].Select(link => link.SignalToNoise));
    }

    /// <summary>Beside a gate that senses links all others do what they did without it.</summary>
    [Fact]
    public void Other_gates_see_nothing_of_links()
    {
        (string, string, string, long, long)[] Of(RunReport report) =>
            [.. report.Ledger.Where(entry => entry.Stage == "inference/fedgate/same").Select(entry => (entry.From, entry.To, entry.Kind, entry.Messages, entry.Sent))];
        var alone = Of(Run(Trace, Traced, "inference.gates=[fedgate]").Report);
        Assert.DoesNotContain(_jobs, job => job.Kind == RouteParameters.Kind && job.Parameters.Contains("Links", StringComparison.Ordinal));
        Assert.NotEmpty(alone);
        Assert.Equal(alone, Of(Run(Trace, Traced, "inference.gates=[fedgate, des]").Report));
        Assert.All(Routes("fedgate"), route => Assert.Null(route.Links));
    }

    /// <summary>While one request alone is in flight, what is charged is what was foreseen, for the bytes that the messages really have, to the percent that two steps are off by.</summary>
    [Fact]
    public void What_a_gate_foresees_is_what_devices_are_charged()
    {
        string[] energy = ["channel.delay=0 ms", "inference.batch=8", "device.energy.radio=1 W", "device.energy.sent-byte=2 uJ", "device.energy.received-byte=1 uJ", Traced];
        double Joules(RunReport report) => report.Energy.Sum(device => device.RadioJoules);
        Choose = route => route.Client;
        var home = Joules(Run(Trace, energy).Report);
        _jobs.Clear();
        Choose = route => route.Client == 0 ? 1 : route.Client;
        var away = Run(Trace, energy).Report;

        // The first request is routed before the peer has reported, so that its true link is written here: 1 Mbit/s there and 2 back.
        var view = new LinkView(Routes("des").First(route => route.Client == 0).Links!.Cost, [Link.None, Mbit(1, 2)], 0);
        long Sent(string kind) => away.Ledger.Where(entry => entry.Stage == Stage && entry.Kind == kind).Sum(entry => entry.Sent);
        var (there, back) = (Sent(nameof(RouteLatents)), Sent(nameof(ExpertOutputs)));
        Assert.InRange(there, 8 * 512, (8 * 512) + 100);
        var header = ((there - (8 * 512)) * view.JoulesPerByte(1)) + ((back - (8 * 40)) * (3e-6 + (2 * 8 / 2e6)));
        Assert.Equal(1, (Joules(away) - home) / ((8 * view.Joules(1)) + header), 0.01);
    }

    private static Link Mbit(double there, double back) => new(LinkSteps.OfRate(there * 1e6), LinkSteps.OfRate(back * 1e6));

    private RouteParameters[] Routes(string gate) =>
        [.. _jobs.Where(job => job.Kind == RouteParameters.Kind).Select(job => LearningJob.Parameters<RouteParameters>(job)).Where(route => route.Gate == gate)];

    private Outcome Run(string trace, params string[] sets)
    {
        ImmutableArray<(string, string)> files = trace.Length > 0 ? [("a.csv", trace)] : [];
        var settings = Configuration.Experiments.ReadFiles(
            (Configuration.Experiments.File, Text), [.. files], ["inference.gates=[des]", "channel.model=shared", "channel.delay=50 ms", .. sets]).Settings;
        var executor = new RehearsalExecutor(LearningFunctions.All(new DataCatalog(null)), job =>
        {
            _jobs.Add(job);
            return job.Kind == RouteParameters.Kind && Choose(LearningJob.Parameters<RouteParameters>(job)) is { } expert
                ? new JobResult([new BlobRef(new BlobHash(new string('e', 64)), 100)], ImmutableSortedDictionary<string, double>.Empty, [.. Enumerable.Repeat(expert, 8)])
                : null;
        });
        return new Experiment(Plans.Of(settings, new DataSpec("generated", GeneratedSource.Version, 1)), executor, _ => { }).Run(CancellationToken.None);
    }
}
