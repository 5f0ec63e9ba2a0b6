using System.Collections.Frozen;

namespace NMoE.Cluster.Wire;

/// <summary>What Akka's messages that nodes exchange are called on the wire. The keys are the names by which Akka's own serializers know them.</summary>
internal static class AdmittedNames
{
    public const string Selection = "akka-selection/1";
    public const string Watch = "akka-watch/1";
    public const string Unwatch = "akka-unwatch/1";
    public const string Died = "akka-died/1";

    /// <summary>Who is in the cluster, and heartbeats. A router over a cluster is not among them.</summary>
    public static FrozenDictionary<string, string> Membership { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["Akka.Cluster.InternalClusterAction+InitJoin, Akka.Cluster"] = "akka-init-join/1",
        ["Akka.Cluster.InternalClusterAction+InitJoinAck, Akka.Cluster"] = "akka-init-join-ack/1",
        ["Akka.Cluster.InternalClusterAction+InitJoinNack, Akka.Cluster"] = "akka-init-join-nack/1",
        ["Akka.Cluster.InternalClusterAction+Join, Akka.Cluster"] = "akka-join/1",
        ["Akka.Cluster.InternalClusterAction+Welcome, Akka.Cluster"] = "akka-welcome/1",
        ["Akka.Cluster.InternalClusterAction+ExitingConfirmed, Akka.Cluster"] = "akka-exiting-confirmed/1",
        ["Akka.Cluster.ClusterUserAction+Leave, Akka.Cluster"] = "akka-leave/1",
        ["Akka.Cluster.ClusterUserAction+Down, Akka.Cluster"] = "akka-down/1",
        ["Akka.Cluster.GossipStatus, Akka.Cluster"] = "akka-gossip-status/1",
        ["Akka.Cluster.GossipEnvelope, Akka.Cluster"] = "akka-gossip/1",
        ["HB"] = "akka-heartbeat/1",
        ["HBR"] = "akka-heartbeat-answer/1",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>One singleton handing over to the next.</summary>
    public static FrozenDictionary<string, string> HandOvers { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["A"] = "akka-hand-over-to-me/1",
        ["B"] = "akka-hand-over-in-progress/1",
        ["C"] = "akka-hand-over-done/1",
        ["D"] = "akka-take-over-from-me/1",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Whether an actor is there, and heartbeats between those that watch.</summary>
    public static FrozenDictionary<string, string> Questions { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["ID"] = "akka-identify/1",
        ["AID"] = "akka-identity/1",
        ["RWHB"] = "akka-watch-heartbeat/1",
        ["RWHR"] = "akka-watch-heartbeat-answer/1",
    }.ToFrozenDictionary(StringComparer.Ordinal);
}
