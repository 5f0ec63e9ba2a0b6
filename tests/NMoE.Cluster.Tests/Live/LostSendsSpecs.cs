using Akka.Actor;
using NMoE.Cluster.Blobs;
using NMoE.Cluster.Live;
using NMoE.Cluster.Live.Hosting;
using NMoE.Cluster.Live.Persistence;
using NMoE.Cluster.Live.Shaping;
using NMoE.Cluster.Live.Streams;
using NMoE.Cluster.Tests.Nodes;
using NMoE.Compute.Blobs;
using NMoE.Compute.Store;
using NMoE.Federation.Aggregator;
using NMoE.Federation.Protocol;
using NMoE.Simulation.Network;

namespace NMoE.Cluster.Tests.Live;

/// <summary>What was to be sent and never left is lost, and no longer under way.</summary>
public sealed class LostSendsSpecs : IDisposable
{
    private static readonly Transfer Sent = new(
        DeviceId.Aggregator, new DeviceId(0), "gate", nameof(PublishModel), 60, new PublishModel(TrainingStage.Gate, [new(new BlobHash(new string('a', 64)), 50)]));

    private readonly ActorSystem _system = ActorSystem.Create("nmoe");
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("nmoe-lost-specs-");
    private readonly LiveCluster _cluster = new();
    private readonly LiveCompute _jobs = new(null!, 0, _ => { });
    private readonly LiveClock _clock = new(TimeProvider.System, DateTime.UnixEpoch);
    private readonly LivePorts _ports;

    public LostSendsSpecs() => _ports = new(_clock, _jobs, new DurableFiles(_folder.FullName), ActorRefs.Nobody);

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
    public async Task A_message_whose_blob_cannot_be_read_is_lost_and_the_network_goes_on()
    {
        var network = _system.ActorOf(Props.Create(() => new LiveNetwork(Context())));
        _ports.Network = network;

        _ports.Send(Sent);

        await NodeGroup.UntilAsync(() => !_ports.Carries(Sent.From, Sent.To, _ => true), "the message is still under way");
        Assert.Equal(1, Assert.Single(_ports.Counts).Entry.MessagesLost);
    }

    private LiveContext Context()
    {
        var here = new Address("akka", "nmoe");
        return new()
        {
            Peers = new Peers(_system),
            Clock = _clock,
            Channel = new LiveChannel(_cluster.Plan),
            Directory = new LiveDirectory(new Placement(1, 2), [here, here]) { Servers = here },
            Machine = new LiveMachine(null!, 1, new BrokenShelf()),
            Ports = _ports,
        };
    }

    private sealed class BrokenShelf : IBlobShelf
    {
        public ReadOnlyMemory<byte>? TryRead(BlobRef blob) => throw new StoreException(StoreFault.Unusable, "/nowhere", "The disk is broken.");

        public BlobRef Put(ReadOnlyMemory<byte> bytes) => throw new NotSupportedException();
    }
}
