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

    /// <summary>What stands in the file: each client's peers, ascending; empty where no file is read.</summary>
    public ImmutableArray<ImmutableArray<int>> Listed { get; init; } = [];
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
