using System.Collections.Immutable;
using Akka.Actor;
using Google.Protobuf;
using NMoE.Cluster.Live;
using NMoE.Cluster.Live.Shaping;
using NMoE.Cluster.Live.Streams;
using NMoE.Compute.Blobs;
using NMoE.Federation.Algorithms;
using NMoE.Federation.Configuration;
using NMoE.Federation.Protocol;
using NMoE.Learning.Data;
using NMoE.Simulation.Network;
using NMoE.Simulation.Time;

namespace NMoE.Cluster.Tests.Live;

/// <summary>
/// Whole messages through a sending and a receiving node's links, on a clock that is looked at every 10 ms, as Akka's timers do. Links of 12 Mbit/s; 1.5 MB alone take 1 s. What is
/// allowed on top: a chunk of 10 ms on the second link, and a look at the clock on each.
/// </summary>
public sealed class LinksSpecs
{
    private const int Size = 1_500_000;
    private const double Slack = 0.04;
    private static readonly string[] Shared = ["channel.profile=lte", "experiment.clients=4"];
    private static readonly string[] Fixed = ["channel.bandwidth=12 Mbit/s", "experiment.clients=4"];

    [Fact]
    public void A_lone_message_takes_its_size_over_the_slower_link()
    {
        Assert.InRange(Ends(Shared, (DeviceId.Aggregator, Client(0)))[0], 1, 1 + Slack);
        Assert.InRange(Ends(Shared, (Client(0), DeviceId.Aggregator))[0], 1, 1 + Slack);
        Assert.InRange(Ends(Shared, (Client(0), Client(1)))[0], 1, 1 + Slack);
    }

    [Fact]
    public void Messages_from_one_client_share_its_uplink()
    {
        var ends = Ends(Shared, (Client(0), DeviceId.Aggregator), (Client(0), Client(1)), (Client(0), Client(2)));

        Assert.All(ends, end => Assert.InRange(end, 3 - Slack, 3 + Slack));
    }

    [Fact]
    public void Messages_to_one_client_share_its_downlink_whoever_sends_them()
    {
        var ends = Ends(Shared, (Client(1), Client(0)), (Client(2), Client(0)), (DeviceId.Aggregator, Client(0)));

        Assert.All(ends, end => Assert.InRange(end, 3 - Slack, 3 + Slack));
    }

    [Fact]
    public void Messages_between_other_devices_do_not_disturb_each_other()
    {
        var ends = Ends(Shared, (DeviceId.Aggregator, Client(0)), (DeviceId.Aggregator, Client(1)), (Client(2), DeviceId.Aggregator));

        Assert.All(ends, end => Assert.InRange(end, 1, 1 + Slack));
    }

    [Fact]
    public void Over_fixed_links_every_message_has_a_rate_of_its_own()
    {
        var ends = Ends(Fixed, (Client(0), DeviceId.Aggregator), (Client(0), DeviceId.Aggregator), (Client(0), DeviceId.Aggregator));

        Assert.All(ends, end => Assert.InRange(end, 1, 1 + Slack));
    }

    [Fact]
    public void A_client_s_link_at_four_fifths_of_its_rate_shows()
    {
        var ends = Ends([.. Shared, "channel.down=9.6 Mbit/s"], (DeviceId.Aggregator, Client(0)));

        Assert.InRange(ends[0], 1.25, 1.25 + Slack);
    }

    private static DeviceId Client(int number) => DeviceId.Client(number);

    private static double[] Ends(string[] sets, params (DeviceId From, DeviceId To)[] messages)
    {
        var settings = ExperimentReader.Read("x.conf", sets, _ => string.Empty).Settings;
        var channel = new LiveChannel(Plans.Of(settings, new DataSpec("generated", GeneratedSource.Version, 1)));
        var (up, down, ends) = (new Uplinks(channel), new Downlinks(channel), new double[messages.Length]);
        var streams = messages.Select((message, number) => Stream(channel, number, message.From, message.To)).ToArray();
        foreach (var (outgoing, incoming) in streams)
        {
            up.Begin(outgoing, VirtualTime.Zero);
            down.Begin(Key(incoming), incoming);
        }

        for (var now = VirtualTime.Zero; ends.Contains(0) && now.Seconds < 60; now += TimeSpan.FromMilliseconds(10))
        {
            foreach (var (outgoing, chunk) in up.Advance(now))
            {
                var incoming = streams[outgoing.Opened.Stream].Incoming;
                Assert.True(down.Take(Key(incoming), incoming, chunk, now));
            }

            foreach (var (incoming, at) in down.Advance(now))
            {
                up.Credit(streams[incoming.Opened.Stream].Outgoing, incoming.Taken, now);
                ends[incoming.Opened.Stream] = incoming.IsComplete ? at.Seconds : 0;
            }
        }

        return ends;
    }

    private static (IActorRef Sender, long Stream) Key(IncomingStream stream) => (ActorRefs.Nobody, stream.Opened.Stream);

    private static (OutgoingStream Outgoing, IncomingStream Incoming) Stream(LiveChannel channel, int number, DeviceId from, DeviceId to)
    {
        var bytes = new byte[Size];
        var message = new PublishModel(Stages.Gate, [new BlobRef(new BlobHash(new string('1', 64)), Size)]);
        var envelope = WireCodec.Encode(message).ToByteArray();
        var transfer = new Transfer(from, to, "gate", nameof(PublishModel), WireCodec.Size(message), message);
        var opened = new StreamOpened(number, from, to, transfer.Stage, transfer.Kind, transfer.Bytes, envelope.Length, message.Blobs);
        ImmutableArray<ReadOnlyMemory<byte>> parts = [envelope, bytes];
        return (new(opened, transfer, ActorRefs.Nobody, parts, channel.ChunkBytes(from, to)) { IsWithheld = false }, new(opened, ActorRefs.Nobody));
    }
}
