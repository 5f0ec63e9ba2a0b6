using Akka.Actor;
using Google.Protobuf;
using NMoE.Cluster.Blobs;
using NMoE.Federation.Protocol;
using IMessage = NMoE.Federation.Protocol.IMessage;

namespace NMoE.Cluster.Live.Streams;

/// <summary>A message on its way in. Nothing of it is used before all of it is there, and it is what it says.</summary>
/// <param name="opened">What the sender said of it.</param>
/// <param name="sender">The sending node's network.</param>
internal sealed class IncomingStream(StreamOpened opened, IActorRef sender)
{
    // Grows with what comes: what is only announced takes no memory.
    private byte[] _bytes = [];

    public StreamOpened Opened { get; } = opened;

    public IActorRef Sender { get; } = sender;

    /// <summary>Bytes that have come.</summary>
    public long Come { get; private set; }

    /// <summary>Bytes of them that have passed the downlink.</summary>
    public long Taken { get; set; }

    /// <summary>Whether all of it has passed.</summary>
    public bool IsComplete => Taken == Opened.Bytes;

    /// <summary>Takes a piece.</summary>
    /// <returns>Whether it is the piece that follows; a stream with a gap can never be used.</returns>
    public bool Take(StreamChunk chunk)
    {
        if (chunk.Offset != Come || chunk.Bytes.Length == 0 || chunk.Bytes.Length > Opened.Bytes - Come)
        {
            return false;
        }

        if (_bytes.Length < Come + chunk.Bytes.Length)
        {
            Array.Resize(ref _bytes, (int)Math.Min(Opened.Bytes, Math.Max(2 * Come, Come + chunk.Bytes.Length)));
        }

        chunk.Bytes.Span.CopyTo(_bytes.AsSpan((int)Come));
        Come += chunk.Bytes.Length;
        return true;
    }

    /// <summary>The message, whose blobs are on the shelf from now on.</summary>
    /// <exception cref="WireException">It is not what it said.</exception>
    /// <exception cref="InvalidProtocolBufferException">It is no message.</exception>
    public IMessage Unpack(IBlobShelf shelf)
    {
        var message = WireCodec.Decode(Federation.Wire.Envelope.Parser.ParseFrom(_bytes, 0, Opened.Envelope));
        if (WireCodec.KindOf(message) != Opened.Kind || !message.Blobs.SequenceEqual(Opened.Blobs))
        {
            throw new WireException($"A stream that announced a {Opened.Kind} brought something else.");
        }

        var at = Opened.Envelope;
        foreach (var blob in Opened.Blobs)
        {
            if (shelf.Put(_bytes.AsMemory(at, (int)blob.Bytes)) != blob)
            {
                throw new WireException($"The blob {blob} of a {Opened.Kind} came with other bytes than its hash says.");
            }

            at += (int)blob.Bytes;
        }

        return message;
    }
}
