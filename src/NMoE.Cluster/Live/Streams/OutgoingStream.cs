using System.Collections.Immutable;
using Akka.Actor;
using NMoE.Simulation.Network;
using NMoE.Simulation.Time;

namespace NMoE.Cluster.Live.Streams;

/// <summary>A message on its way out: its bytes, and how far they are. The receiver's credit bounds how much of them is between the nodes.</summary>
/// <param name="opened">What the receiver is told of it.</param>
/// <param name="transfer">The message.</param>
/// <param name="peer">The receiving node's network.</param>
/// <param name="parts">Its bytes: the envelope, then the blobs.</param>
/// <param name="chunkBytes">Bytes of a chunk.</param>
internal sealed class OutgoingStream(StreamOpened opened, Transfer transfer, IActorRef peer, ImmutableArray<ReadOnlyMemory<byte>> parts, int chunkBytes)
{
    /// <summary>Most bytes between the nodes: 8 chunks of 64 KiB.</summary>
    public const int Window = 8 << 16;

    private int _part;
    private long _partBegan;
    private long _credit;

    public StreamOpened Opened { get; } = opened;

    public Transfer Transfer { get; } = transfer;

    public IActorRef Peer { get; } = peer;

    /// <summary>Bytes that have left.</summary>
    public long Sent { get; private set; }

    /// <summary>Whether a chunk waits for the uplink.</summary>
    public bool IsOffered { get; set; }

    /// <summary>Whether the last chunk must wait. Nobody can use a message before it, so the rest may go while what the sender persisted is made safe.</summary>
    public bool IsWithheld { get; set; } = true;

    /// <summary>When something last moved.</summary>
    public VirtualTime MovedAt { get; set; }

    /// <summary>Whether the next bytes pass the channel's links.</summary>
    public bool IsShaped => Sent < Opened.Shaped;

    /// <summary>Bytes of the chunk that may leave next; 0 where all has left, the receiver has not taken enough, or only the withheld chunk is left.</summary>
    public int Next
    {
        get
        {
            var end = IsShaped ? Opened.Shaped : Opened.Bytes;
            var most = Math.Min(Math.Min(end - Sent, Window - (Sent - _credit)), chunkBytes);

            if (IsWithheld && Sent + most == Opened.Bytes)
            {
                return 0;
            }

            // A sliver of window is not worth a message: the rest of it will come.
            return most == chunkBytes || most == end - Sent ? (int)most : 0;
        }
    }

    /// <summary>The receiver has taken so much, all together.</summary>
    public void Credit(long taken) => _credit = Math.Clamp(taken, _credit, Sent);

    /// <summary>The next bytes.</summary>
    public StreamChunk Take(int bytes)
    {
        var offset = Sent;
        Sent += bytes;
        if (_part < parts.Length && offset - _partBegan + bytes <= parts[_part].Length)
        {
            var piece = parts[_part].Slice((int)(offset - _partBegan), bytes);
            return new(Opened.Stream, offset, piece);
        }

        return new(Opened.Stream, offset, Gather(offset, bytes));
    }

    /// <summary>Bytes over a part's end. What lies behind the last part is zero.</summary>
    private byte[] Gather(long offset, int bytes)
    {
        var gathered = new byte[bytes];
        for (var at = 0; at < bytes && _part < parts.Length;)
        {
            var part = parts[_part];
            var from = (int)(offset + at - _partBegan);
            var count = Math.Min(bytes - at, part.Length - from);
            part.Span.Slice(from, count).CopyTo(gathered.AsSpan(at));
            at += count;
            if (from + count == part.Length)
            {
                _partBegan += part.Length;
                _part++;
            }
        }

        return gathered;
    }
}
