using System.Diagnostics;
using Akka.Actor;
using NMoE.Compute.Blobs;
using NMoE.Compute.Store;

namespace NMoE.Cluster.Blobs;

/// <summary>
/// Answers peers that want bytes of blobs. It keeps nothing about them: what it keeps is the bytes of the blobs that are being asked for, so that each is read and checked once a transfer, not once a chunk.
/// While those fill their room, a wish for another blob is left unanswered; its asker repeats it (<see cref="BlobFetch.Silence"/>), and the sender works off its blobs a few at a time.
/// </summary>
internal sealed class BlobServer : ReceiveActor, IWithTimers
{
    /// <summary>Five models of 45 MB: a round's model goes out to many at once, results come in from one worker each.</summary>
    public const long Room = 256L << 20;

    private static readonly TimeSpan s_idle = TimeSpan.FromSeconds(5);

    private readonly IBlobShelf _shelf;
    private readonly long _room;

    // Least recently used first.
    private readonly List<Open> _open = [];

    public BlobServer(IBlobShelf shelf, long room)
    {
        (_shelf, _room) = (shelf, room);
        Receive<BlobWanted>(Answer);
        Receive<Tick>(_ => _open.RemoveAll(IsOver));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Of(IBlobShelf shelf, long room = Room) => Props.Create(() => new BlobServer(shelf, room));

    protected override void PreStart() => Timers.StartPeriodicTimer(nameof(Tick), Tick.Instance, s_idle);

    // Its last byte was sent, or nobody has asked for a while.
    private static bool IsOver(Open open) => open.IsSent || Stopwatch.GetElapsedTime(open.Used) > s_idle;

    private void Answer(BlobWanted wanted)
    {
        var at = _open.FindIndex(open => open.Blob == wanted.Blob);
        if (at < 0)
        {
            if (!MakeRoom(wanted.Blob.Bytes))
                return;
            if (TryRead(wanted.Blob) is not { } bytes)
            {
                Sender.Tell(new BlobAbsent(wanted.Blob.Hash));
                return;
            }

            at = _open.Count;
            _open.Add(new Open(wanted.Blob, bytes, 0, false));
        }

        var found = _open[at];
        _open.RemoveAt(at);
        _open.Add(found with { Used = Stopwatch.GetTimestamp(), IsSent = wanted.Offset + wanted.Count == wanted.Blob.Bytes });
        Sender.Tell(new BlobChunk(wanted.Blob.Hash, wanted.Offset, found.Bytes.Slice((int)wanted.Offset, wanted.Count)));
        Context.Parent.Tell(new Sent(wanted.Count));
    }

    // A blob that alone is larger than the room goes alone.
    private bool MakeRoom(long bytes)
    {
        while (_open.Count > 0 && _open.Sum(open => open.Blob.Bytes) + bytes > _room)
        {
            var over = _open.FindIndex(IsOver);
            if (over < 0)
                return false;
            _open.RemoveAt(over);
        }

        return true;
    }

    private ReadOnlyMemory<byte>? TryRead(BlobRef blob)
    {
        try
        {
            // A size that is not the blob's own would have a part reach past its end. The cast, because null alone becomes an empty memory.
            return _shelf.TryRead(blob) is { } bytes && bytes.Length == blob.Bytes ? (ReadOnlyMemory<byte>?)bytes : null;
        }
        catch (Exception problem) when (problem is StoreException or IOException)
        {
            return null;
        }
    }

    /// <summary>To the parent: bytes were sent.</summary>
    internal sealed record Sent(int Bytes);

    private sealed record Open(BlobRef Blob, ReadOnlyMemory<byte> Bytes, long Used, bool IsSent);

    private sealed record Tick
    {
        public static Tick Instance { get; } = new();
    }
}
