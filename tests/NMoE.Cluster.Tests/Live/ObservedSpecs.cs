using System.Collections.Concurrent;
using Akka.Actor;
using NMoE.Cluster.Live;
using NMoE.Cluster.Live.Hosting;
using NMoE.Cluster.Live.Persistence;
using NMoE.Cluster.Live.Ports;
using NMoE.Cluster.Tests.Nodes;
using NMoE.Compute.Blobs;
using NMoE.Federation.Aggregator;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Simulation.Network;
using NMoE.Simulation.Time;

namespace NMoE.Cluster.Tests.Live;

/// <summary>What a server persists and what it lets be seen by that are one: whoever takes over knows both or neither, and each is seen once.</summary>
public sealed class ObservedSpecs : IDisposable
{
    private static readonly Address First = new("akka.tcp", "nmoe", "127.0.0.1", 1);
    private static readonly Address Next = new("akka.tcp", "nmoe", "127.0.0.1", 2);
    private static readonly BlobRef Model = new(new BlobHash(new string('1', 64)), 5);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("nmoe-observed-specs-");
    private readonly List<string> _done = [];
    private readonly List<Replica> _sent = [];
    private readonly List<Seen> _seen = [];
    private readonly Replicator _replicator;
    private readonly Journal _journal;
    private readonly ReplicaKeeper _keeper;

    public ObservedSpecs()
    {
        _replicator = new(seen => _done.Add(Text(seen)), (_, version) => _done.Add(FormattableString.Invariant($"safe {version}")), (_, replica) => _sent.Add(replica));
        _journal = new(_seen.Add);
        _keeper = new(new DurableFiles(_folder.FullName), _journal.Keep, _ => { }, (_, _) => { });
    }

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void What_a_server_lets_be_seen_goes_along_with_its_state_and_is_seen_before_the_rest_that_it_does()
    {
        _replicator.Keeper = Next;
        _replicator.Persisted(State(1, 1));
        Assert.Equal(["1.0"], Assert.Single(_sent).Observed.Select(Text));
        Assert.Empty(_done);

        _replicator.Kept(Next, new(DeviceId.Aggregator, 1, ""));
        Assert.Equal(["1.0", "safe 1"], _done);
    }

    [Fact]
    public void A_newer_state_carries_what_the_older_one_did_and_nobody_has_seen()
    {
        _replicator.Keeper = Next;
        _replicator.Persisted(State(1, 1));
        _replicator.Persisted(State(2, 2));
        _replicator.Persisted(State(3, 0));
        _replicator.Kept(Next, new(DeviceId.Aggregator, 1, ""));
        Assert.Equal("3: 2.0 2.1", FormattableString.Invariant($"{_sent[1].Version}: {string.Join(' ', _sent[1].Observed.Select(Text))}"));
        Assert.Equal(Model, Assert.Single(_sent[1].Blobs));

        _replicator.Kept(Next, new(DeviceId.Aggregator, 3, ""));
        Assert.Equal(["1.0", "safe 1", "2.0", "2.1", "safe 3"], _done);
        _replicator.Keeper = First;
        Assert.Empty(_sent[2].Observed);
    }

    [Fact]
    public void Without_another_node_it_is_seen_at_once()
    {
        _replicator.Persisted(State(1, 1));

        Assert.Equal(["1.0", "safe 1"], _done);
    }

    /// <summary>Whichever of three states was kept, and whichever of what they let be seen had come: all that was kept is seen once, and nothing else.</summary>
    [Theory]
    [InlineData(0, 0, new string[0])]
    [InlineData(1, 0, new[] { "1.0" })]
    [InlineData(1, 1, new[] { "1.0" })]
    [InlineData(2, 0, new[] { "1.0", "2.0", "2.1" })]
    [InlineData(2, 1, new[] { "1.0", "2.0", "2.1" })]
    [InlineData(2, 2, new[] { "1.0", "2.0", "2.1" })]
    [InlineData(2, 3, new[] { "1.0", "2.0", "2.1" })]
    public void Who_takes_over_says_what_was_kept_and_had_not_been_said(int kept, int came, string[] seen)
    {
        Replica[] states = [State(1, 1), State(2, 2) with { Observed = [.. State(1, 1).Observed, .. State(2, 2).Observed] }];
        foreach (var state in states[..kept])
        {
            _keeper.Keep(state with { Blobs = [] }, ActorRefs.Nobody, First);
        }

        foreach (var said in states[1].Observed[..came])
        {
            _journal.Note(First, said);
        }

        Assert.Equal(came, _seen.Count);
        TakeOver();

        // It comes late from where the servers were.
        foreach (var said in states[1].Observed[..came])
        {
            _journal.Note(First, said);
        }

        Assert.Equal(seen, _seen.Select(Text));
        Assert.Empty(_journal.TakeOver());
    }

    [Fact]
    public void What_waited_for_blobs_when_the_servers_came_here_is_neither_kept_nor_seen()
    {
        _keeper.Keep(State(1, 1) with { Blobs = [] }, ActorRefs.Nobody, First);
        _keeper.Keep(State(2, 1), ActorRefs.Nobody, First);
        TakeOver();

        _keeper.Fetched(Model);
        _keeper.Keep(State(3, 1) with { Blobs = [] }, ActorRefs.Nobody, First);

        Assert.Equal(1, new DurableFiles(_folder.FullName).Read(DeviceId.Aggregator)!.Value.Version);
        Assert.Equal(["1.0"], _seen.Select(Text));
        Assert.Empty(_journal.TakeOver());
    }

    [Fact]
    public void A_version_that_nobody_kept_is_used_again_for_something_else()
    {
        var (of, again) = (State(1, 1).Observed[0], State(1, 1).Observed[0] with { At = new VirtualTime(99) });
        _journal.Note(First, of);
        _journal.Note(Next, again);
        _journal.Note(Next, again);

        Assert.Equal([of, again], _seen);
    }

    [Fact]
    public void What_has_no_mark_counts_as_often_as_it_comes()
    {
        _journal.Note(First, new Seen(new VirtualTime(1), new ClientLeft(2)));
        _journal.Note(First, new Seen(new VirtualTime(1), new ClientLeft(2)));

        Assert.Equal(2, _seen.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_a_decision_lets_be_seen_goes_with_what_it_persists_though_the_server_crash_by_it(bool crashes)
    {
        using var system = ActorSystem.Create("observed");
        using var jobs = new LiveCompute(null!, 0, _ => { });
        var told = new ConcurrentQueue<object>();
        var ports = new LivePorts(new LiveClock(TimeProvider.System, DateTime.UnixEpoch), jobs, new DurableFiles(_folder.FullName), system.ActorOf(Props.Create(() => new Told(told))));

        ports.Persist(DeviceId.Aggregator, AggregatorDurable.Empty);
        ports.Observe(DeviceId.Aggregator, new Answered());
        ports.Observe(DeviceId.Aggregator, new RingEnded(Stages.Rolling, [Model]));
        ports.Decided(DeviceId.Aggregator);
        if (crashes)
        {
            ports.GoDark(DeviceId.Aggregator);
        }

        ports.Persist(DeviceId.Aggregator, AggregatorDurable.Empty with { Round = 1 });
        ports.Decided(DeviceId.Aggregator);
        ports.Decided(DeviceId.Aggregator);
        ports.Observe(DeviceId.Aggregator, new DeviceReturned(DeviceId.Aggregator));
        ports.Committed(DeviceId.Aggregator, 2);

        await NodeGroup.UntilAsync(() => told.OfType<LocalSeen>().Any(), "nothing was told");
        var replicas = told.OfType<LocalReplica>().Select(local => local.Replica).ToArray();
        Assert.Equal([(1L, "1.0 1.1"), (2L, "")], replicas.Select(replica => (replica.Version, string.Join(' ', replica.Observed.Select(Text)))));
        Assert.Equal([typeof(Answered), typeof(RingEnded)], replicas[0].Observed.Select(seen => seen.What.GetType()));
        Assert.Equal(new DeviceReturned(DeviceId.Aggregator), Assert.Single(told.OfType<LocalSeen>()).Seen.What);
    }

    private void TakeOver()
    {
        _keeper.TakeOver();
        foreach (var seen in _journal.TakeOver())
        {
            _journal.Note(Next, seen);
        }
    }

    private static Replica State(long version, int observed) => new(DeviceId.Aggregator, version, new byte[] { 1 }, observed > 0 ? [Model] : [])
    {
        Observed = [.. Enumerable.Range(0, observed).Select(index => new Seen(new VirtualTime(version), new RingEnded(Stages.Rolling, [Model])) { Mark = new(DeviceId.Aggregator, version, index) })],
    };

    private static string Text(Seen seen) => FormattableString.Invariant($"{seen.Mark!.Version}.{seen.Mark.Index}");

    private sealed class Told : ReceiveActor
    {
        public Told(ConcurrentQueue<object> told) => ReceiveAny(told.Enqueue);
    }
}
