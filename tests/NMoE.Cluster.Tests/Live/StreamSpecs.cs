using System.Collections.Immutable;
using System.Security.Cryptography;
using Akka.Actor;
using Google.Protobuf;
using NMoE.Cluster.Blobs;
using NMoE.Cluster.Live;
using NMoE.Cluster.Live.Streams;
using NMoE.Compute.Blobs;
using NMoE.Federation.Protocol;
using NMoE.Simulation.Network;
using IMessage = NMoE.Federation.Protocol.IMessage;

namespace NMoE.Cluster.Tests.Live;

/// <summary>Messages in chunks, from one shelf to another, without a network.</summary>
public sealed class StreamSpecs
{
    private readonly Shelf _here = new();
    private readonly Shelf _there = new();

    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    [InlineData(65536)]
    public void A_message_arrives_with_its_blobs_whatever_the_chunks(int chunk)
    {
        var message = new TrainRound(Stages.Extractor, 3, [_here.Put(Bytes(1, 100_000)), _here.Put(Bytes(2, 7))], []);
        var (outgoing, incoming) = Streams(message, chunk);

        var sent = Move(outgoing, incoming);

        Assert.Equal(message.Model.ToArray(), Assert.IsType<TrainRound>(incoming.Unpack(_there)).Model.ToArray());
        Assert.Equal(Bytes(1, 100_000), _there.TryRead(message.Model[0])!.Value.ToArray());
        Assert.Equal(WireCodec.Size(message), sent);
    }

    [Fact]
    public void Of_a_message_that_carries_rows_of_a_blob_the_rows_are_shaped_and_the_rest_follows_beside()
    {
        var latents = _here.Put(Bytes(3, 10_000));
        var message = new RouteLatents(0, 0, latents, [1, 2, 3], 512);
        var (outgoing, incoming) = Streams(message, 1 << 16);

        Move(outgoing, incoming);

        Assert.Equal(WireCodec.Size(message), outgoing.Opened.Shaped);
        Assert.Equal(WireCodec.Encode(message).CalculateSize() + 10_000, outgoing.Opened.Bytes);
        Assert.Equal(latents, Assert.IsType<RouteLatents>(incoming.Unpack(_there)).Latents);
    }

    [Fact]
    public void No_chunk_is_part_shaped_and_part_not()
    {
        var message = new RouteLatents(0, 0, _here.Put(Bytes(3, 10_000)), [1, 2, 3], 512);
        var (outgoing, _) = Streams(message, 1000);
        while (outgoing.IsShaped)
        {
            outgoing.Take(outgoing.Next);
        }

        Assert.Equal(WireCodec.Size(message), outgoing.Sent);
    }

    [Theory]
    [InlineData(1000, 50_000)]
    [InlineData(1 << 16, 0)]
    public void All_but_the_last_chunk_of_a_withheld_message_may_leave(int chunk, long most)
    {
        var (outgoing, _) = Streams(new GatePublished(_here.Put(Bytes(6, 50_000))).Message, chunk);
        outgoing.IsWithheld = true;
        while (outgoing.Next > 0)
        {
            outgoing.Take(outgoing.Next);
        }

        // A message of one chunk waits whole.
        Assert.Equal(most, outgoing.Sent);
        outgoing.IsWithheld = false;
        Assert.Equal(outgoing.Opened.Bytes - outgoing.Sent, outgoing.Next);
    }

    [Fact]
    public void Of_a_withheld_message_that_carries_rows_of_a_blob_what_follows_beside_waits()
    {
        var (outgoing, _) = Streams(new RouteLatents(0, 0, _here.Put(Bytes(3, 10_000)), [1, 2, 3], 512), 1 << 16);
        outgoing.IsWithheld = true;
        while (outgoing.Next > 0)
        {
            outgoing.Take(outgoing.Next);
        }

        Assert.Equal(outgoing.Opened.Shaped, outgoing.Sent);
        Assert.True(outgoing.Sent < outgoing.Opened.Bytes);
    }

    [Fact]
    public void No_more_than_the_window_is_between_the_nodes()
    {
        var (outgoing, _) = Streams(new GatePublished(_here.Put(Bytes(4, 2 * OutgoingStream.Window))).Message, 1 << 16);
        while (outgoing.Next > 0)
        {
            outgoing.Take(outgoing.Next);
        }

        Assert.Equal(OutgoingStream.Window, outgoing.Sent);
        outgoing.Credit(1 << 16);
        Assert.Equal(1 << 16, outgoing.Next);
    }

    [Fact]
    public void A_stream_with_a_gap_or_too_many_bytes_is_refused()
    {
        var (outgoing, incoming) = Streams(new Join(5), 1000);
        var chunk = outgoing.Take(outgoing.Next);

        Assert.False(incoming.Take(chunk with { Offset = 1 }));
        Assert.False(incoming.Take(chunk with { Bytes = new byte[1000] }));
        Assert.False(incoming.Take(chunk with { Bytes = ReadOnlyMemory<byte>.Empty }));
        Assert.True(incoming.Take(chunk));
    }

    [Fact]
    public void A_blob_with_other_bytes_than_its_hash_says_is_refused()
    {
        var message = new PublishModel(Stages.Gate, [_here.Put(Bytes(5, 50))]);
        var (outgoing, incoming) = Streams(message, 1 << 16);
        var bytes = outgoing.Take(outgoing.Next).Bytes.ToArray();
        bytes[^1] ^= 1;
        incoming.Take(new StreamChunk(0, 0, bytes));

        Assert.Contains("other bytes than its hash says", Assert.Throws<WireException>(() => incoming.Unpack(_there)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stream_that_brings_another_message_than_it_announced_is_refused()
    {
        var (outgoing, _) = Streams(new Join(5), 1000);
        var incoming = new IncomingStream(outgoing.Opened with { Kind = nameof(Rejoin) }, ActorRefs.Nobody);
        incoming.Take(outgoing.Take(outgoing.Next));

        Assert.Throws<WireException>(() => incoming.Unpack(_there));
    }

    private (OutgoingStream Outgoing, IncomingStream Incoming) Streams(IMessage message, int chunk)
    {
        var envelope = WireCodec.Encode(message).ToByteArray();
        var transfer = new Transfer(DeviceId.Aggregator, new DeviceId(0), "extractor", message.GetType().Name, WireCodec.Size(message), message);
        var opened = new StreamOpened(0, transfer.From, transfer.To, transfer.Stage, transfer.Kind, transfer.Bytes, envelope.Length, message.Blobs);
        ImmutableArray<ReadOnlyMemory<byte>> parts = [envelope, .. message.Blobs.Select(blob => _here.TryRead(blob)!.Value)];
        return (new(opened, transfer, ActorRefs.Nobody, parts, chunk) { IsWithheld = false }, new(opened, ActorRefs.Nobody));
    }

    private static long Move(OutgoingStream outgoing, IncomingStream incoming)
    {
        while (outgoing.Next is > 0 and var bytes)
        {
            Assert.True(incoming.Take(outgoing.Take(bytes)));
            outgoing.Credit(incoming.Come);
        }

        Assert.Equal(outgoing.Opened.Bytes, incoming.Come);
        return incoming.Come;
    }

    private static byte[] Bytes(byte seed, int count) => [.. Enumerable.Range(0, count).Select(k => (byte)((k * 31) + seed))];

    private sealed record GatePublished(BlobRef Gate)
    {
        public PublishModel Message => new(Stages.Gate, [Gate]);
    }

    internal sealed class Shelf : IBlobShelf
    {
        private readonly Dictionary<BlobRef, byte[]> _blobs = [];

        public ReadOnlyMemory<byte>? TryRead(BlobRef blob) => _blobs.TryGetValue(blob, out var bytes) ? (ReadOnlyMemory<byte>?)bytes : null;

        public BlobRef Put(ReadOnlyMemory<byte> bytes)
        {
            var blob = new BlobRef(new BlobHash(Convert.ToHexStringLower(SHA256.HashData(bytes.Span))), bytes.Length);
            _blobs[blob] = bytes.ToArray();
            return blob;
        }
    }
}
