using System.Collections.Immutable;
using Akka.Actor;
using Akka.Cluster;
using Akka.Event;
using NMoE.Cluster.Live.Ports;
using NMoE.Federation.Roles;
using NMoE.Simulation.Network;
using AkkaCluster = Akka.Cluster.Cluster;

namespace NMoE.Cluster.Live.Hosting;

/// <summary>
/// The one of its kind in the cluster, on the oldest node: begins the run when enough nodes are there, carries aggregator and supervisor, counts what nodes say, and ends the run
/// when no device has work left. When its node dies it is made anew on the next, which knows the run and what the servers had persisted.
/// </summary>
internal sealed class LiveDirector : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan BeatTime = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SoonTime = TimeSpan.FromMilliseconds(20);
    private readonly LiveSettings _settings;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Peers _peers = new(Context.System);
    private readonly Membership _membership = new();
    private readonly SortedSet<string> _ready = new(StringComparer.Ordinal);
    private readonly LiveCounts _counts = new();
    private readonly WorkTable _work;
    private RunBegun? _begun;
    private LivePorts? _ports;
    private bool _knowsOfNone;
    private bool _announced;
    private Ending? _ending;

    public LiveDirector(LiveSettings settings)
    {
        _settings = settings;
        _work = new WorkTable(settings.Plan.Deal.Clients);
        Receive<ClusterEvent.MemberUp>(up => _membership.Add(up.Member));
        Receive<ClusterEvent.MemberRemoved>(gone => Remove(gone.Member));
        Receive<ClusterEvent.IMemberEvent>(_ => { });
        Receive<NodeReady>(Greet);
        Receive<KnownRun>(Take);
        Receive<Standing>(Hear);
        Receive<LostForGood>(lost => GiveUp(lost.Node));
        Receive<Announce>(_ => AnnounceWhenAttached());
        Receive<Beat>(_ => _ending?.Beat());
        Receive<KnownJournal>(journal => _ending?.Take(journal));
        Receive<Blobs.BlobFetched>(fetched => _ending?.Fetched(fetched.Blob.Hash, isThere: true));
        Receive<Blobs.BlobNotFetched>(not => _ending?.Fetched(not.Blob.Hash, isThere: false));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        AkkaCluster.Get(Context.System).Subscribe(Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsEvents, typeof(ClusterEvent.IMemberEvent));
        Timers.StartPeriodicTimer("beat", new Beat(), BeatTime);
        _peers.Node(_peers.Self).Tell(new AskRun(), Self);
    }

    protected override void PostStop() => AkkaCluster.Get(Context.System).Unsubscribe(Self);

    private void Greet(NodeReady ready)
    {
        var node = _peers.AddressOf(Sender);
        if (Refusal(ready, _settings) is { } reason)
        {
            Sender.Tell(new NodeRefused(reason), Self);
            return;
        }

        if (_announced)
        {
            Sender.Tell(_begun!, Self);
            Return(node);
            return;
        }

        _ready.Add(Peers.NameOf(node));
        BeginWhenComplete();
    }

    /// <summary>Why a node cannot take part with nodes of some settings, and what would be right; null where it can.</summary>
    internal static string? Refusal(NodeReady ready, LiveSettings others)
    {
        static string Short(string hash) => hash[..Math.Min(12, hash.Length)];
        return ready.Code != others.Code ? $"it runs {ready.Code}, and the others {others.Code}: start all nodes from one version of nmoe and with the same data"
            : ready.ConfigHash != others.ConfigHash ? $"its experiment has the configuration {Short(ready.ConfigHash)}, and that of the others {Short(others.ConfigHash)}: start it with the same file and overrides"
            : ready.Nodes != others.Nodes ? FormattableString.Invariant($"it waits for {ready.Nodes} nodes, and the others for {others.Nodes}: start it with --nodes {others.Nodes}")
            : null;
    }

    private void BeginWhenComplete()
    {
        var present = _membership.All.Select(Peers.NameOf).Where(_ready.Contains).ToImmutableArray();
        if (!_knowsOfNone || _begun is not null || present.Length < _settings.Nodes || present[0] != Peers.NameOf(_peers.Self))
        {
            return;
        }

        var now = _settings.Time.GetUtcNow().UtcDateTime;
        _begun = new RunBegun(RunName.Of(now), now.Ticks, present[.._settings.Nodes]);
        _peers.Node(_peers.Self).Tell(new Prepare(_begun), Self);
        _peers.Node(_peers.Self).Tell(new AskRun(), Self);
    }

    /// <summary>The own node knows the run, because it has just been prepared for it, or because the director before was on another.</summary>
    private void Take(KnownRun known)
    {
        if (known is not { Begun: { } begun, Ports: { } ports } || _ports is not null)
        {
            _knowsOfNone = known.Begun is null;
            BeginWhenComplete();
            return;
        }

        (_begun, _ports) = (begun, ports);
        if (known.Ended is { } ended)
        {
            End(ended.Failure);
            return;
        }

        var devices = new LiveDevices(_settings.Plan);
        Context.ActorOf(devices.Aggregator(ports), DeviceId.Aggregator.ToString());
        Context.ActorOf(devices.Supervisor(ports), DeviceId.Supervisor.ToString());
        _log.Info("The servers of run {0} are on {1}.", begun.Run, Peers.NameOf(_peers.Self));
        AnnounceWhenAttached();
    }

    /// <summary>Clients speak as soon as they are there: the servers must be there first.</summary>
    private void AnnounceWhenAttached()
    {
        if (_announced)
        {
            return;
        }

        if (!_ports!.IsAttached(DeviceId.Aggregator) || !_ports.IsAttached(DeviceId.Supervisor))
        {
            Timers.StartSingleTimer("announce", new Announce(), SoonTime);
            return;
        }

        _announced = true;
        _ports.ServersAreThere();
        foreach (var node in _membership.All)
        {
            _peers.Node(node).Tell(_begun!, Self);
        }

        foreach (var node in _begun!.Nodes.Select(_peers.Address).Where(node => !_membership.Has(node)))
        {
            Lose(node);
        }
    }

    private void Remove(Member member)
    {
        if (_membership.Remove(member))
        {
            _ready.Remove(Peers.NameOf(member.Address));
            _ending?.Gone(member.Address);
            if (_announced)
            {
                Lose(member.Address);
            }
        }
    }

    /// <summary>A lost node's clients count as crashed, until it returns or is given up, when those who wait for them have given them up, too.</summary>
    private void Lose(Address node)
    {
        var policy = _settings.Plan.Settings.Supervision;
        foreach (var client in ClientsOf(node).Where(_work.Has))
        {
            See(new DeviceLost(DeviceId.Client(client), $"its node {Peers.NameOf(node)} left the cluster", Returns: true));
        }

        var patience = TimeSpan.FromTicks((long)Math.Min(TimeSpan.FromDays(20).Ticks, (double)policy.Patience.Ticks * policy.MaxSilence));
        Timers.StartSingleTimer("lost " + Peers.NameOf(node), new LostForGood(node), patience);
    }

    private void Return(Address node)
    {
        if (Timers.IsTimerActive("lost " + Peers.NameOf(node)))
        {
            Timers.Cancel("lost " + Peers.NameOf(node));
            foreach (var client in ClientsOf(node).Where(_work.Has))
            {
                See(new DeviceReturned(DeviceId.Client(client)));
            }
        }
    }

    private void GiveUp(Address node)
    {
        foreach (var client in ClientsOf(node))
        {
            _work.Finish(DeviceId.Client(client));
        }

        EndWhenDone();
    }

    private ImmutableArray<int> ClientsOf(Address node) => _begun!.Nodes.IndexOf(Peers.NameOf(node)) is >= 0 and var place
        ? new Placement(_settings.Plan.Deal.Clients, _begun.Nodes.Length).ClientsOf(place)
        : [];

    private void See(Observation what) => _peers.Node(_peers.Self).Tell(new LocalSeen(new(_ports!.Now, what)), Self);

    private void Hear(Standing standing)
    {
        if (standing.Run != _begun?.Run || _ports is null)
        {
            return;
        }

        if (_counts.Heard(Sender.Path.ToSerializationFormat(), _ports.Now, standing.Ledger))
        {
            _peers.Node(_peers.Self).Tell(new PeerBegun(), Self);
        }

        _work.Hear(standing);
        if (_ending is { } ending && standing.Last)
        {
            ending.Gone(_peers.AddressOf(Sender));
        }

        if (standing.Failure.Length > 0)
        {
            End(standing.Failure);
        }

        EndWhenDone();
    }

    private void EndWhenDone()
    {
        if (_work.IsDone)
        {
            End(string.Empty);
        }
    }

    private void End(string failure)
    {
        if (_ending is null)
        {
            _log.Info("Run {0} has ended{1}.", _begun!.Run, failure.Length == 0 ? string.Empty : ": " + failure);
            _ending = new Ending(new RunEnded(_begun.Run, failure), _begun, _ports!.Now, _counts, _membership.All, _peers, Self);
            _ending.Beat();
        }
    }

    private sealed record Announce;

    private sealed record LostForGood(Address Node);
}
