using Akka.Actor;
using Akka.Cluster;
using Akka.Remote;
using AkkaCluster = Akka.Cluster.Cluster;

namespace NMoE.Cluster.Nodes;

/// <summary>Sees what no callback of the cluster's tells a node: that a member has quarantined it, and that it was cut off in the middle of its join, when nobody decides about it any more.</summary>
internal sealed class NodeWatch : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan s_tick = TimeSpan.FromSeconds(1);

    private readonly int _longestJoin;
    private int _joining;

    public NodeWatch(Action<NodeEnd> ended)
    {
        // Counted in ticks, so that a process that was frozen is not late when it wakes up.
        _longestJoin = (int)Math.Ceiling(Context.System.Settings.Config.GetTimeSpan("nmoe.longest-join") / s_tick);
        // Akka believes whoever says so, in one frame; a node ends itself on a member's word only.
        Receive<ThisActorSystemQuarantinedEvent>(_ => ended(NodeEnd.Quarantined), told => IsPeer(AkkaCluster.Get(Context.System), told.RemoteAddress));
        Receive<Tick>(_ =>
        {
            switch (AkkaCluster.Get(Context.System).SelfMember.Status)
            {
                case MemberStatus.Joining when ++_joining > _longestJoin:
                    ended(NodeEnd.Orphaned);
                    break;
                case MemberStatus.Up:
                    Timers.CancelAll();
                    break;
            }
        });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        Context.System.EventStream.Subscribe(Self, typeof(ThisActorSystemQuarantinedEvent));
        Timers.StartPeriodicTimer(nameof(Tick), Tick.Instance, s_tick);
    }

    private static bool IsPeer(AkkaCluster cluster, Address address) =>
        !cluster.SelfAddress.Equals(address) && cluster.State.Members.Any(member => member.Address.Equals(address));

    private sealed record Tick
    {
        public static Tick Instance { get; } = new();
    }
}
