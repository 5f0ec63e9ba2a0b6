using System.Collections.Concurrent;
using Akka.Actor;
using NMoE.Cluster.Blobs;
using NMoE.Cluster.Live;
using NMoE.Cluster.Live.Persistence;
using NMoE.Cluster.Live.Ports;
using NMoE.Cluster.Live.Shaping;
using NMoE.Cluster.Live.Streams;
using NMoE.Cluster.Tests.Nodes;
using NMoE.Compute.Blobs;
using NMoE.Compute.Store;
using NMoE.Federation.Aggregator;
using NMoE.Federation.Protocol;
using NMoE.Simulation.Network;

namespace NMoE.Cluster.Tests.Live;

/// <summary>What was to be sent and never became whole is lost, and no longer under way.</summary>
public sealed class LostSendsSpecs : IDisposable
{
    private static readonly Transfer Sent = new(
        DeviceId.Aggregator, new DeviceId(0), "gate", nameof(PublishModel), 60, new PublishModel(Stages.Gate, [new(new BlobHash(new string('a', 64)), 50)]));

    private readonly ActorSystem _system = ActorSystem.Create("nmoe");
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("nmoe-lost-specs-");
    private readonly LiveCluster _cluster = new();
    private readonly LiveCompute _jobs = new(null!, 0, _ => { });
    private readonly LiveClock _clock = new(TimeProvider.System, DateTime.UnixEpoch);
    private readonly StreamSpecs.Shelf _shelf = new();
    private readonly LivePorts _ports;

    public LostSendsSpecs()
    {
        _ports = new(_clock, _jobs, new DurableFiles(_folder.FullName), ActorRefs.Nobody);
        _ports.ServersAreThere();
    }

    public void Dispose()
    {
        _system.Dispose();
        _jobs.Dispose();
        _cluster.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public void What_a_device_had_not_said_when_it_went_dark_is_lost()
    {
        _ports.Persist(DeviceId.Aggregator, AggregatorDurable.Empty);
        _ports.Send(Sent);
        Assert.True(_ports.Carries(Sent.From, Sent.To, _ => true));

        _ports.GoDark(DeviceId.Aggregator);

        Assert.False(_ports.Carries(Sent.From, Sent.To, _ => true));
        Assert.Equal(1, Assert.Single(_ports.Counts).Entry.MessagesLost);
    }

    [Fact]
    public async Task What_had_set_out_and_was_not_whole_when_its_device_went_dark_is_lost()
    {
        var peer = Peer();
        _ports.Network = Network(_shelf);
        PersistsAgain();
        _ports.Send(Long());
        await NodeGroup.UntilAsync(() => Bytes(peer) > 0, "nothing set out");
        Assert.True(_ports.Carries(DeviceId.Aggregator, new DeviceId(0), _ => true));

        _ports.GoDark(DeviceId.Aggregator);

        await NodeGroup.UntilAsync(() => !_ports.Carries(DeviceId.Aggregator, new DeviceId(0), _ => true), "the message is still under way");
        Assert.Equal(1, Assert.Single(_ports.Counts).Entry.MessagesLost);
        await NodeGroup.UntilAsync(() => peer.Any(message => message is StreamCancelled), "the peer was not told");
    }

    [Fact]
    public async Task A_servers_message_is_whole_only_once_what_it_persisted_is_safe()
    {
        var peer = Peer();
        _ports.Network = Network(_shelf);
        PersistsAgain();
        _ports.Send(Long());
        await NodeGroup.UntilAsync(() => peer.OfType<StreamChunk>().Count() == 2, "two of three chunks");
        var whole = Assert.Single(peer.OfType<StreamOpened>()).Bytes;
        Assert.Equal(2 * StreamChunk.MostBytes, Bytes(peer));

        // Another device's safety releases nothing.
        _ports.Committed(DeviceId.Supervisor, 1);
        _ports.Send(Long() with { From = DeviceId.Supervisor });
        await NodeGroup.UntilAsync(() => peer.OfType<StreamChunk>().Count(chunk => chunk.Stream == 1) == 3, "the whole of the other's message");
        Assert.Equal(2, peer.OfType<StreamChunk>().Count(chunk => chunk.Stream == 0));

        _ports.Committed(DeviceId.Aggregator, 2);
        await NodeGroup.UntilAsync(() => Bytes(peer) == 2 * whole, "the last chunk");
    }

    [Fact]
    public async Task Nothing_sets_out_before_another_node_has_kept_something_of_a_server()
    {
        var peer = Peer();
        _ports.Network = Network(_shelf);
        _ports.Persist(DeviceId.Aggregator, AggregatorDurable.Empty);
        _ports.Send(Long());
        _ports.Send(Long() with { From = DeviceId.Supervisor });
        await NodeGroup.UntilAsync(() => Bytes(peer) > 0, "the message of a server that persisted nothing");
        Assert.Equal(DeviceId.Supervisor, Assert.Single(peer.OfType<StreamOpened>()).From);

        _ports.Committed(DeviceId.Aggregator, 1);
        await NodeGroup.UntilAsync(() => peer.OfType<StreamChunk>().Count() == 6, "both messages");
    }

    [Fact]
    public async Task What_one_server_says_before_the_other_is_there_waits_for_it()
    {
        var peer = Peer();
        var ports = new LivePorts(_clock, _jobs, new DurableFiles(_folder.FullName), ActorRefs.Nobody) { Network = Network(_shelf) };
        ports.Send(Long() with { From = DeviceId.Supervisor });
        ports.Send(Long() with { From = DeviceId.Aggregator });
        ports.Send(Long() with { From = new DeviceId(0), To = DeviceId.Aggregator });
        await NodeGroup.UntilAsync(() => peer.OfType<StreamOpened>().Any(), "a client's message");
        Assert.Equal(new DeviceId(0), Assert.Single(peer.OfType<StreamOpened>()).From);

        ports.GoDark(DeviceId.Aggregator);
        ports.ServersAreThere();

        await NodeGroup.UntilAsync(() => peer.OfType<StreamChunk>().Count() == 6, "the whole of the supervisor's message");
        Assert.Equal([new DeviceId(0), DeviceId.Supervisor], peer.OfType<StreamOpened>().Select(opened => opened.From));
        Assert.False(ports.Carries(DeviceId.Aggregator, new DeviceId(0), _ => true));
    }

    /// <summary>The aggregator persists something that another node keeps, and something that none keeps yet.</summary>
    private void PersistsAgain()
    {
        _ports.Persist(DeviceId.Aggregator, AggregatorDurable.Empty);
        _ports.Committed(DeviceId.Aggregator, 1);
        _ports.Persist(DeviceId.Aggregator, AggregatorDurable.Empty with { });
    }

    [Fact]
    public async Task A_message_whose_blob_cannot_be_read_is_lost_and_the_network_goes_on()
    {
        _ports.Network = Network(new BrokenShelf());

        _ports.Send(Sent);

        await NodeGroup.UntilAsync(() => !_ports.Carries(Sent.From, Sent.To, _ => true), "the message is still under way");
        Assert.Equal(1, Assert.Single(_ports.Counts).Entry.MessagesLost);
    }

    /// <summary>A message of three chunks.</summary>
    private Transfer Long()
    {
        var message = new PublishModel(Stages.Gate, [_shelf.Put(new byte[(2 * StreamChunk.MostBytes) + 1000])]);
        return Sent with { Bytes = WireCodec.Size(message), Message = message };
    }

    private static long Bytes(IEnumerable<object> sent) => sent.OfType<StreamChunk>().Sum(chunk => (long)chunk.Bytes.Length);

    private IActorRef Network(IBlobShelf shelf)
    {
        var context = Context(shelf);
        return _system.ActorOf(Props.Create(() => new LiveNetwork(context)));
    }

    /// <summary>What the network of the receiving node is told, which is this system's too.</summary>
    private ConcurrentQueue<object> Peer()
    {
        var told = new ConcurrentQueue<object>();
        using var there = new ManualResetEventSlim();
        _system.ActorOf(Props.Create(() => new Node(told, there)), Peers.NodeName);
        // Who looks for it before it is there finds nobody, and goes on sending to nobody.
        Assert.True(there.Wait(Waiting.Longest));
        return told;
    }

    private LiveContext Context(IBlobShelf shelf)
    {
        var here = new Address("akka", "nmoe");
        return new()
        {
            Peers = new Peers(_system),
            Clock = _clock,
            Channel = new LiveChannel(_cluster.Plan),
            Directory = new LiveDirectory(new Placement(1, 2), [here, here]) { Servers = here },
            Machine = new LiveMachine(null!, 1, shelf),
            Ports = _ports,
        };
    }

    private sealed class Node : ReceiveActor
    {
        public Node(ConcurrentQueue<object> told, ManualResetEventSlim there)
        {
            Context.ActorOf(Props.Create(() => new Told(told)), Peers.NetworkName);
            there.Set();
        }
    }

    private sealed class Told : ReceiveActor
    {
        public Told(ConcurrentQueue<object> told) => ReceiveAny(told.Enqueue);
    }

    private sealed class BrokenShelf : IBlobShelf
    {
        public ReadOnlyMemory<byte>? TryRead(BlobRef blob) => throw new StoreException(StoreFault.Unusable, "/nowhere", "The disk is broken.");

        public BlobRef Put(ReadOnlyMemory<byte> bytes) => throw new NotSupportedException();
    }
}
