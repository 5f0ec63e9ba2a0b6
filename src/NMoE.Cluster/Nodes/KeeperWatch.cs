using System.Collections.Immutable;
using Akka.Actor;
using Akka.Cluster;
using AkkaCluster = Akka.Cluster.Cluster;

namespace NMoE.Cluster.Nodes;

/// <summary>
/// Decides about members that cannot be reached, in place of Akka's resolver of split brains: only what the keeper sees, and who sees the keeper, counts (<see cref="KeeperView"/>). It looks once a
/// second and acts on what has stayed the same for as long as <c>nmoe.stable-after</c>.
/// </summary>
internal sealed class KeeperWatch : ReceiveActor, IWithTimers
{
    /// <summary>The actor's name under <c>/user</c>.</summary>
    public const string Name = "keeper-watch";

    private static readonly TimeSpan s_tick = TimeSpan.FromSeconds(1);

    private readonly AkkaCluster _cluster = AkkaCluster.Get(Context.System);
    private readonly SplitBrainRule _rule;
    private readonly string _role;
    private readonly Action<NodeEnd> _ended;
    private readonly int _stableAfter;
    private readonly Dictionary<string, int> _missedBy = new(StringComparer.Ordinal);
    private KeeperView? _before;
    private int _sameFor;

    public KeeperWatch(SplitBrainRule rule, Action<NodeEnd> ended)
    {
        (_rule, _ended) = (rule, ended);
        _role = rule == SplitBrainRule.KeepCoordinator ? NodeRoles.Coordinator : NodeRoles.Live;
        // Counted in ticks, so that a process that was frozen hears its peers again before it judges them.
        _stableAfter = (int)Math.Ceiling(Context.System.Settings.Config.GetTimeSpan("nmoe.stable-after") / s_tick);
        Receive<Tick>(_ => Look());
        Receive<KeeperMissed>(missed => _missedBy[NameOf(AddressOf(Sender)) + " " + missed.Keeper] = _stableAfter);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Of(SplitBrainRule rule, Action<NodeEnd> ended) =>
        Props.Create(() => new KeeperWatch(rule, ended)).WithDispatcher("akka.actor.internal-dispatcher");

    protected override void PreStart() => Timers.StartPeriodicTimer(nameof(Tick), Tick.Instance, s_tick);

    private void Look()
    {
        if (_cluster.SelfMember.Status is not (MemberStatus.WeaklyUp or MemberStatus.Up or MemberStatus.Leaving))
            return;
        var state = _cluster.State;
        ImmutableArray<Member> members = [.. state.Members.Where(member => member.Status is MemberStatus.Joining or MemberStatus.WeaklyUp or MemberStatus.Up or MemberStatus.Leaving)];
        var addresses = members.ToDictionary(member => NameOf(member.Address), member => member.Address, StringComparer.Ordinal);
        var view = new KeeperView(NameOf(_cluster.SelfAddress), Keeper(members), [.. addresses.Keys.Where(name => name != NameOf(_cluster.SelfAddress))], [], []);
        // Whom nobody has to reach is never found missing. Akka begins to count anew with the next heartbeat, and finds nobody missing within this second.
        foreach (var other in view.Others.Where(other => !view.Watches(other)))
            _cluster.FailureDetector.Remove(addresses[other]);
        view = view with
        {
            Unreachable = [.. view.Others.Where(other => view.Watches(other) && !_cluster.FailureDetector.IsAvailable(addresses[other]))],
            MissedBy = [.. view.Others.Where(other => _missedBy.GetValueOrDefault(other + " " + view.Keeper) > 0)],
        };
        foreach (var (who, left) in _missedBy.ToArray())
            _missedBy[who] = left - 1;
        if (view.IsCutOff)
            Say(view, addresses);

        _sameFor = view.IsAs(_before) ? _sameFor + 1 : 0;
        _before = view;
        var toDown = view.ToDown(_rule);
        // Whether the others miss the oldest too shows when their failure detectors have had the time: a busy machine's are seconds late.
        var patience = _rule == SplitBrainRule.KeepOldestLive && view.IsCutOff && toDown.Contains(view.Self) ? 3 * _stableAfter : _stableAfter;
        if (view.Unreachable.IsEmpty || _sameFor < patience)
            return;
        foreach (var name in toDown)
            Down(name == view.Self ? _cluster.SelfAddress : addresses[name]);
    }

    private void Say(KeeperView view, Dictionary<string, Address> addresses)
    {
        foreach (var other in view.Others.Where(other => other != view.Keeper))
            Context.ActorSelection(new RootActorPath(addresses[other]) / "user" / Name).Tell(new KeeperMissed(view.Keeper!));
    }

    private Address AddressOf(IActorRef actor) => actor.Path.Address.HasLocalScope ? _cluster.SelfAddress : actor.Path.Address;

    private void Down(Address member)
    {
        if (member.Equals(_cluster.SelfAddress))
            _ended(NodeEnd.CutOff);
        _cluster.Down(member);
    }

    private string? Keeper(ImmutableArray<Member> members)
    {
        Member[] candidates = [.. members.Where(member => member.Status is MemberStatus.Up or MemberStatus.Leaving && member.HasRole(_role))];
        return candidates.Length == 0 ? null : NameOf(candidates.Aggregate((oldest, next) => next.IsOlderThan(oldest) ? next : oldest).Address);
    }

    private static string NameOf(Address address) => FormattableString.Invariant($"{address.Host}:{address.Port}");

    private sealed record Tick
    {
        public static Tick Instance { get; } = new();
    }
}
