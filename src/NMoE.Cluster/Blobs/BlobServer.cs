using Akka.Actor;
using NMoE.Compute.Blobs;
using NMoE.Compute.Store;

namespace NMoE.Cluster.Blobs;

/// <summary>Answers peers that want bytes of blobs. It keeps nothing about them: what it keeps for a while is the bytes that it has just read, so that a blob is read and checked once a transfer, not once a chunk.</summary>
internal sealed class BlobServer : ReceiveActor, IWithTimers
{
    // Five models of 45 MB: a round's model goes out to many at once, results come in from one worker each.
    private const long MostBytes = 256L << 20;

    private static readonly TimeSpan s_idle = TimeSpan.FromSeconds(5);

    private readonly IBlobShelf _shelf;

    // Least recently used first.
    private readonly List<(BlobRef Blob, ReadOnlyMemory<byte> Bytes)> _read = [];

    public BlobServer(IBlobShelf shelf)
    {
        _shelf = shelf;
        Receive<BlobWanted>(Answer);
        Receive<Idle>(_ => _read.Clear());
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Of(IBlobShelf shelf) => Props.Create(() => new BlobServer(shelf)).WithDispatcher(BlobExchange.Dispatcher);

    private void Answer(BlobWanted wanted)
    {
        Timers.StartSingleTimer(nameof(Idle), Idle.Instance, s_idle);
        if (Find(wanted.Blob) is not { } bytes)
        {
            Sender.Tell(new BlobAbsent(wanted.Blob.Hash));
            return;
        }

        Sender.Tell(new BlobChunk(wanted.Blob.Hash, wanted.Offset, bytes.Slice((int)wanted.Offset, wanted.Count)));
        Context.Parent.Tell(new Sent(wanted.Count));
    }

    private ReadOnlyMemory<byte>? Find(BlobRef blob)
    {
        var at = _read.FindIndex(read => read.Blob == blob);
        if (at >= 0)
        {
            var found = _read[at];
            _read.RemoveAt(at);
            _read.Add(found);
            return found.Bytes;
        }

        if (TryRead(blob) is not { } bytes)
            return null;
        while (_read.Count > 0 && _read.Sum(read => read.Blob.Bytes) + blob.Bytes > MostBytes)
            _read.RemoveAt(0);
        _read.Add((blob, bytes));
        return bytes;
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

    private sealed record Idle
    {
        public static Idle Instance { get; } = new();
    }
}
