using System.Collections.Immutable;
using Akka.Actor;
using Akka.Cluster;
using Akka.Event;
using NMoE.Cluster.Blobs;
using NMoE.Cluster.Live.Persistence;
using NMoE.Cluster.Live.Ports;
using NMoE.Cluster.Live.Shaping;
using NMoE.Cluster.Live.Streams;
using NMoE.Simulation.Network;
using AkkaCluster = Akka.Cluster.Cluster;

namespace NMoE.Cluster.Live.Hosting;

/// <summary>A node's part in a live run: it finds the director, carries the clients that it is given, passes on what is seen, and keeps what the servers persist.</summary>
internal sealed class LiveNode : ReceiveActor, IWithTimers
{
    private const int MostReason = 1000;
    private const int MostBeats = 10;
    private static readonly TimeSpan BeatTime = TimeSpan.FromSeconds(1);
    private readonly LiveSettings _settings;
    private readonly LiveSignals _signals;
    private readonly RollCall _roll;
    private readonly Func<IBlobShelf, IActorRef> _shareBlobs;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Membership _membership = new();
    private readonly AkkaCluster _cluster = AkkaCluster.Get(Context.System);
    private readonly Address _self = AkkaCluster.Get(Context.System).SelfAddress;
    private readonly Journal _journal;
    private readonly Refusals _refusals;
    private readonly SortedDictionary<LedgerKey, LedgerEntry> _said = [];
    private readonly Peers _peers = new(Context.System);
    private RunBegun? _begun;
    private RunEnded? _ended;
    private int _beatsSinceEnd;
    private LiveContext? _context;
    private Action _stopComputing = () => { };
    private Replicator? _replicator;
    private ReplicaKeeper? _keeper;
    private bool _hasClients;
    private string _failure = string.Empty;

    public LiveNode(LiveSettings settings, LiveSignals signals, Func<IBlobShelf, IActorRef> shareBlobs)
    {
        (_settings, _signals, _shareBlobs, _roll) = (settings, signals, shareBlobs, new RollCall(settings));
        _journal = new(signals.See);
        _refusals = new((node, failure) => _log.Warning("The node {0} cannot keep what the servers persist, and is asked again: {1}", node, failure), Fail);
        Receive<ClusterEvent.MemberUp>(up => Changed(() => _membership.Add(up.Member)));
        Receive<ClusterEvent.MemberRemoved>(gone => Changed(() => Remove(gone.Member)));
        Receive<ClusterEvent.IMemberEvent>(_ => { });
        Receive<Beat>(_ => OnBeat());
        Receive<WorkChanged>(_ => SayStanding());
        Receive<AskRun>(_ => TakeOver());
        Receive<Prepare>(prepare => Guarded(() => Begin(prepare.Begun)));
        Receive<RunBegun>(begun => Guarded(() => StartClients(begun)));
        Receive<NodeRefused>(refused => _signals.End(LiveEndKind.Refused, refused.Reason));
        Receive<LocalSeen>(local => Broadcast(local.Seen));
        Receive<Seen>(seen => _journal.Note(_peers.AddressOf(Sender), seen));
        Receive<LocalBug>(bug => _log.Error(bug.Failure, "The role of the {0} failed, and is restarted.", bug.Device));
        Receive<LocalFailure>(failure => Fail(failure.Reason));
        Receive<LocalReplica>(local => _replicator?.Persisted(local.Replica));
        Receive<PeerBegun>(_ => _replicator?.AskAgain());
        Receive<Replica>(Keep);
        Receive<ReplicaKept>(Kept);
        Receive<BlobFetched>(fetched => _keeper?.Fetched(fetched.Blob));
        Receive<BlobNotFetched>(not => _keeper?.NotFetched(not.Blob, not.Reason));
        Receive<RunEnded>(End);
        Receive<AskJournal>(_ => Sender.Tell(new KnownJournal(_journal.All), Self));
        Receive<RunClosed>(closed => Close(closed.Run, null));
        Receive<Completed>(completed => Close(completed.History.Begun.Run, completed.History));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        _cluster.Subscribe(Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsEvents, typeof(ClusterEvent.IMemberEvent));
        Timers.StartPeriodicTimer("beat", new Beat(), TimeSpan.FromMilliseconds(200), BeatTime);
    }

    /// <summary>Its network and files are there once: a node that went wrong takes no part any more, rather than to try for ever.</summary>
    protected override void PreRestart(Exception reason, object message)
    {
        _signals.End(LiveEndKind.Failed, $"the node went wrong, which is a fault of nmoe: {reason.Message.TrimEnd('.')}");
        base.PreRestart(reason, message);
    }

    protected override void PostStop()
    {
        _cluster.Unsubscribe(Self);
        _stopComputing();
    }

    private IActorRef? Director => _membership.Oldest is { } node ? _peers.Director(node) : null;

    private void Changed(Action change)
    {
        var director = _membership.Oldest;
        change();
        if (director != _membership.Oldest)
        {
            // Another director knows nothing of what was said to the one before.
            _said.Clear();
            _context?.Directory.Servers = _membership.Oldest;
        }

        // A node that leaves is told of all others, one by one, that they are gone: they are not, and nothing may be seen that they do not know.
        if (!_cluster.IsTerminated && _replicator is { } replicator && _membership.OldestBut(_self) is var keeper && keeper != replicator.Keeper)
        {
            _context?.Ports.KeeperChanged();
            replicator.Keeper = keeper;
        }

        OnBeat();
    }

    private void Remove(Member member)
    {
        if (_membership.Remove(member))
        {
            _context?.Network.Tell(new NodeGone(member.Address), Self);
        }
    }

    private void OnBeat()
    {
        _replicator?.Beat();
        if (_begun is null)
        {
            Director?.Tell(new NodeReady(_settings.ConfigHash, _settings.Code, _settings.Nodes), Self);
            _roll.Look([.. _membership.All.Select(Peers.NameOf)], reason => _signals.End(LiveEndKind.NotBegun, reason));
        }
        else
        {
            _beatsSinceEnd += _ended is null ? 0 : 1;
            SayStanding();
        }
    }

    private void Begin(RunBegun begun)
    {
        if (_begun is not null)
        {
            return;
        }

        _begun = begun;
        var self = Self;
        var folder = Path.Combine(_settings.Folder, begun.Run);
        var (machine, channel) = (_settings.Open(folder), new LiveChannel(_settings.Plan));
        var clock = new LiveClock(_settings.Time, new DateTime(begun.BeganUtcTicks, DateTimeKind.Utc));
        var directory = new LiveDirectory(new Placement(_settings.Plan.Deal.Clients, begun.Nodes.Length), [.. begun.Nodes.Select(_peers.Address)]) { Servers = _membership.Oldest };
        var files = new DurableFiles(folder);
        var compute = new LiveCompute(machine.Executor, machine.Threads, failure => self.Tell(new LocalFailure(failure.Message), ActorRefs.NoSender));
        var ports = new LivePorts(clock, compute, files, self) { Access = channel.Sense };
        _stopComputing = compute.Dispose;
        _context = new LiveContext
        {
            Peers = _peers,
            Clock = clock,
            Channel = channel,
            Directory = directory,
            Machine = machine,
            Ports = ports,
        };
        var context = _context;
        _context.Network = ports.Network = Context.ActorOf(Props.Create(() => new LiveNetwork(context)).WithDispatcher(BlobExchange.Dispatcher), Peers.NetworkName);
        var exchange = _shareBlobs(machine.Shelf);
        _keeper = new ReplicaKeeper(files, _journal.Keep, fetch => exchange.Tell(fetch, self), (asker, kept) => asker.Tell(kept, self));
        _replicator = new Replicator(Broadcast, ports.Committed, (node, replica) => _peers.Node(node).Tell(replica, self)) { Keeper = _membership.OldestBut(_self) };
        _signals.Begin(begun);
    }

    private void StartClients(RunBegun begun)
    {
        Begin(begun);
        if (_begun!.Run != begun.Run)
        {
            Fail($"another run, {begun.Run}, began beside {_begun.Run}");
            return;
        }

        var devices = new LiveDevices(_settings.Plan);
        var (ports, clients) = (_context!.Ports, _context.Directory.ClientsOf(_self));
        foreach (var client in _hasClients ? [] : clients)
        {
            Context.ActorOf(devices.Client(client, ports), DeviceId.Client(client).ToString());
        }

        _hasClients = true;
        SayStanding();
    }

    /// <summary>Whether this node's sums are the last: a message that has arrived is heard of a moment later, and one that is still under way after some beats is lost.</summary>
    private bool HasAllCounted => _ended is { } ended && (ended.Failure.Length > 0 || _beatsSinceEnd > MostBeats || !_context!.Ports.HasUnderWay);

    private void SayStanding()
    {
        if (_context is null || Director is not { } director)
        {
            return;
        }

        var work = _context.Ports.Work;
        ImmutableArray<(LedgerKey Key, LedgerEntry Entry)> changed =
            [.. _context.Ports.Counts.Where(item => _said.GetValueOrDefault(item.Key) != item.Entry).Take(StandingForms.MostCounts)];
        foreach (var (key, entry) in changed)
        {
            _said[key] = entry;
        }

        director.Tell(
            new Standing(
                _begun!.Run,
                [.. work.Where(item => item.Value is not null).Select(item => (item.Key, item.Value!))],
                [.. work.Where(item => item.Value is null).Select(item => item.Key)],
                changed, HasAllCounted && changed.Length < StandingForms.MostCounts, _failure),
            Self);
    }

    private void Broadcast(Seen seen)
    {
        _journal.Note(_self, seen);
        foreach (var node in _membership.All.Where(node => node != _self))
        {
            _peers.Node(node).Tell(seen, Self);
        }
    }

    /// <summary>The director is here, and the servers will be: they go on from what is kept here, and what they had let be seen by that is said, if their node did not come to say it.</summary>
    private void TakeOver()
    {
        _keeper?.TakeOver();
        foreach (var seen in _journal.TakeOver())
        {
            Broadcast(seen);
        }

        Sender.Tell(new KnownRun(_begun, _ended, _context?.Ports), Self);
    }

    /// <summary>Only the node that has the servers may say what they persisted.</summary>
    private void Keep(Replica replica)
    {
        var from = _peers.AddressOf(Sender);
        if (from == _membership.Oldest && from != _self && !replica.Device.IsClient)
        {
            _keeper?.Keep(replica, Sender, from);
        }
    }

    private void End(RunEnded ended)
    {
        if (ended.Run == _begun?.Run)
        {
            _ended = ended;
            foreach (var device in Context.GetChildren().Where(child => child.Path.Name != Peers.NetworkName))
            {
                Context.Stop(device);
            }

            SayStanding();
        }
    }

    private void Close(string run, LiveHistory? history)
    {
        if (run == _begun?.Run && _ended is { } ended)
        {
            _signals.End(ended.Failure.Length == 0 ? LiveEndKind.Finished : LiveEndKind.Failed, ended.Failure, history);
        }
    }

    private void Kept(ReplicaKept kept)
    {
        var keeper = _peers.AddressOf(Sender);
        _refusals.Heard(Peers.NameOf(keeper), kept.Failure);
        _replicator?.Kept(keeper, kept);
    }

    private void Fail(string reason)
    {
        _failure = _failure.Length > 0 ? _failure : reason[..Math.Min(reason.Length, MostReason)];
        SayStanding();
    }

    /// <summary>What this machine cannot do ends its part, and is no reason to restart the actor.</summary>
    private void Guarded(Action action)
    {
        try
        {
            action();
        }
        catch (Exception problem) when (problem is LiveException or IOException or UnauthorizedAccessException or NMoE.Compute.ComputeException)
        {
            _signals.End(LiveEndKind.Failed, problem.Message);
        }
    }
}
