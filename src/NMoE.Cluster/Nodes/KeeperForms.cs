using System.Collections.Immutable;
using NMoE.Cluster.Wire;

namespace NMoE.Cluster.Nodes;

/// <summary>To all but the keeper: I cannot reach it.</summary>
/// <param name="Keeper">Its name, <c>host:port</c>.</param>
internal sealed record KeeperMissed(string Keeper);

/// <summary>What <see cref="KeeperWatch"/> says to its like on other nodes, on the wire (<c>nodes.proto</c>).</summary>
internal static class KeeperForms
{
    // A name of a host has 253 characters at most.
    private const int Most = 512;

    public static ImmutableArray<WireForm> All { get; } =
    [
        new("keeper-missed/1", typeof(KeeperMissed), message => new Forms.KeeperMissed { Keeper = ((KeeperMissed)message).Keeper },
            bytes => new KeeperMissed(Forms.KeeperMissed.Parser.ParseFrom(bytes.Span).Keeper), Most),
    ];
}
