using Akka.Actor;
using Akka.Cluster;

namespace NMoE.Cluster.Nodes;

/// <summary>A member with the watched role is up.</summary>
/// <param name="Node">Its address.</param>
internal sealed record PeerJoined(Address Node);

/// <summary>A member with the watched role is gone: it left, or was downed, which is said again when it is removed. One that is only unreachable is not gone yet.</summary>
/// <param name="Node">Its address.</param>
internal sealed record PeerLeft(Address Node);

/// <summary>Tells one listener of the members with one role.</summary>
internal sealed class RoleWatch : ReceiveActor
{
    private readonly string _role;
    private readonly IActorRef _listener;

    public RoleWatch(string role, IActorRef listener)
    {
        (_role, _listener) = (role, listener);
        Receive<ClusterEvent.MemberUp>(up => Tell(up.Member, new PeerJoined(up.Member.Address)));
        Receive<ClusterEvent.MemberDowned>(downed => Tell(downed.Member, new PeerLeft(downed.Member.Address)));
        Receive<ClusterEvent.MemberRemoved>(removed => Tell(removed.Member, new PeerLeft(removed.Member.Address)));
        Receive<Terminated>(_ => Context.Stop(Self));
    }

    public static Props Of(string role, IActorRef listener) => Props.Create(() => new RoleWatch(role, listener));

    protected override void PreStart()
    {
        Context.Watch(_listener);
        Akka.Cluster.Cluster.Get(Context.System).Subscribe(
            Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsEvents, typeof(ClusterEvent.MemberUp), typeof(ClusterEvent.MemberDowned), typeof(ClusterEvent.MemberRemoved));
    }

    protected override void PostStop() => Akka.Cluster.Cluster.Get(Context.System).Unsubscribe(Self);

    private void Tell(Member member, object news)
    {
        if (member.HasRole(_role))
            _listener.Tell(news);
    }
}
