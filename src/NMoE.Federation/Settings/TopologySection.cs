using System.Collections.Immutable;
using NMoE.Learning.Keys;

namespace NMoE.Federation.Settings;

/// <summary>Whom a client knows.</summary>
[Section("topology", """
    Whom a client knows: whose experts it asks in stage 3 and in serving, and to whom it hands RollGate's gate. Its gate scores its own expert and theirs, and no others (docs/topology.md). Messages, jobs and
    what a client is sent of a gate grow with clients * (peers + 1).
    """)]
public sealed record TopologySection
{
    private const string AreThere = "sites in topology.sites";

    [Key("""
        Each client's peers: all (everyone), random (drawn: as many ask each client as it asks), ring (the next by number, after and before), nearest (by distance of the places where mobility lets clients
        begin) or file (a list of edges).
        """)]
    public PeerRule Peers { get; init; } = PeerRule.All;

    [Key("1..4194303", "Peers of each client. 1..experiment.clients - 1; with all others it is all.")]
    [When("topology.peers = random, ring or nearest")]
    public int Count { get; init; } = 8;

    [Key("""
        A file of edges, named from the folder that nmoe runs in: comma-separated, the first line client,peer, then a line for each peer that a client asks, by their numbers from 0. Not in both directions
        unless both stand there. The content is part of the configuration's hash, the path is not.
        """, Empty = "none")]
    [When("topology.peers = file")]
    public string Edges { get; init; } = "";

    [Key("1..4194303", """
        Sites, each with an edge server between its clients and the aggregator (HierFAVG, Liu et al., 2020): in stage 1 and in FedGate's rounds an edge server averages its own clients' updates round after round, and then sends one update on,
        which the aggregator averages by samples. With none all clients are below the aggregator. Else equal sites of consecutive clients, or as topology.site-file says. 1..experiment.clients.
        """, Word = "none")]
    public int? Sites { get; init; }

    [Key("""
        A file that says which client is at which site, named from the folder that nmoe runs in: comma-separated, the first line client,site, then a line for each client, both numbered from 0. The content is part
        of the configuration's hash, the path is not.
        """, Empty = "none")]
    [When(AreThere)]
    public string SiteFile { get; init; } = "";

    [Key("1..100000", """
        Rounds of an edge server to one of the aggregator (kappa 2 of HierFAVG; kappa 1 is extractor.epochs). {range}. extractor.rounds and gate.rounds count the aggregator's.
        """)]
    [When(AreThere)]
    public int SiteRounds { get; init; } = 1;

    [Key("(0, 1]", "Share of the sites whose updates are enough for the aggregator once the deadline has passed: as long as topology.site-rounds rounds of a site may take, and the way there and back. In {range}.")]
    [When(AreThere)]
    public double SiteQuorum { get; init; } = 0.5;

    [Key("""
        What becomes of the clients of an edge server that was silent at a deadline, until it is heard again: next (the next site's server that is heard has them too) or wait (they wait for theirs).
        """)]
    [When(AreThere)]
    public SiteLoss SiteLoss { get; init; } = SiteLoss.Next;

    [Key("1 bit/s..1000 Gbit/s", """
        An edge server's uplink: with channel.model = fixed to the aggregator, with shared links to clients too. {range}, or unlimited. The default is wired, as base stations are, and as fast as the aggregator's.
        """, Word = "unlimited")]
    [When(AreThere)]
    public double SiteUp { get; init; } = 1e9;

    [Key("1 bit/s..1000 Gbit/s", "Its downlink, likewise.", Word = "unlimited")]
    [When(AreThere)]
    public double SiteDown { get; init; } = 1e9;

    [Key("0 us..10000 h", "Delay between an edge server and the aggregator, constant, and nothing is lost there. {range}. The default is that of a wire across a country, to a data centre 2000 km away.")]
    [When(AreThere)]
    public TimeSpan SiteDelay { get; init; } = TimeSpan.FromMilliseconds(10);

    /// <summary>Rounds in which a client may train, to one of the aggregator, in stages that go over sites.</summary>
    public int LocalRounds => Sites is null ? 1 : SiteRounds;

    /// <summary>What stands in the file of sites: each client's site; empty where no file is read.</summary>
    public ImmutableArray<int> SiteOf { get; init; } = [];

    /// <summary>What stands in the file: each client's peers, ascending; empty where no file is read.</summary>
    public ImmutableArray<ImmutableArray<int>> Listed { get; init; } = [];
}

/// <summary>What becomes of the clients of a silent edge server.</summary>
public enum SiteLoss
{
    /// <summary>The next site's server has them.</summary>
    Next,

    /// <summary>They wait.</summary>
    Wait,
}

/// <summary>Who a client's peers are.</summary>
public enum PeerRule
{
    /// <summary>All others.</summary>
    All,

    /// <summary>Drawn ones.</summary>
    Random,

    /// <summary>Those beside it by number.</summary>
    Ring,

    /// <summary>Those beside it in space.</summary>
    Nearest,

    /// <summary>Those that a file names.</summary>
    File,
}
