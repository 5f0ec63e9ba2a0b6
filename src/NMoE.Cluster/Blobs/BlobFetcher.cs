using System.Collections.Immutable;
using System.Security.Cryptography;
using Akka.Actor;
using NMoE.Compute.Blobs;
using NMoE.Compute.Store;

namespace NMoE.Cluster.Blobs;

/// <summary>Fetches one blob from one node, tells its parent, and stops. Carries out what <see cref="BlobFetch"/> decides.</summary>
internal sealed class BlobFetcher : ReceiveActor, IWithTimers
{
    // Long beside what a sender takes to read and check 45 MB (0.1 s), short beside the two minutes after which a fetch gives up.
    private static readonly TimeSpan s_silence = TimeSpan.FromSeconds(2);

    private readonly BlobRef _blob;
    private readonly Address _from;
    private readonly IBlobShelf _shelf;
    private readonly ICanTell _sender;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private BlobFetch _fetch;
    private ImmutableArray<FetchStep> _first;
    private byte[] _bytes = [];

    public BlobFetcher(BlobRef blob, Address from, IBlobShelf shelf, ICanTell sender)
    {
        (_blob, _from, _shelf, _sender) = (blob, from, shelf, sender);
        (_fetch, _first) = BlobFetch.Begin(blob);
        Receive<BlobChunk>(IsFromSender, chunk => Do(_fetch.Chunk(chunk), chunk.Content));
        Receive<BlobAbsent>(absent => absent.Hash == _blob.Hash && IsFromSender(absent), _ => Do(_fetch.Absent(), default));
        Receive<Silent>(_ => Do(_fetch.Silence(), default));
        Receive<SenderGone>(_ => Do(_fetch.SenderGone(), default));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Of(BlobRef blob, Address from, IBlobShelf shelf, ICanTell sender) =>
        Props.Create(() => new BlobFetcher(blob, from, shelf, sender)).WithDispatcher(BlobExchange.Dispatcher);

    protected override void PreStart() => Do((_fetch, _first), default);

    protected override void PostStop() => _hash.Dispose();

    // Only the node that was asked may answer, else any peer could have a fetch give up.
    private bool IsFromSender(object message)
    {
        var address = Sender.Path.Address;
        return _from.Equals(address.HasLocalScope ? ((ExtendedActorSystem)Context.System).Provider.DefaultAddress : address);
    }

    private void Do((BlobFetch State, ImmutableArray<FetchStep> Steps) decided, ReadOnlyMemory<byte> content)
    {
        _fetch = decided.State;
        foreach (var step in decided.Steps)
            Do(step, content);
    }

    private void Do(FetchStep step, ReadOnlyMemory<byte> content)
    {
        switch (step)
        {
            case FetchStep.Ask ask:
                _sender.Tell(new BlobWanted(_blob, ask.Offset, ask.Count), Self);
                Timers.StartSingleTimer(Silent.Timer, Silent.Instance, s_silence);
                break;
            case FetchStep.Keep:
                Keep(content);
                break;
            case FetchStep.Waste:
                Context.Parent.Tell(new Arrived(0, content.Length));
                break;
            case FetchStep.Compare:
                Do(_fetch.Compared(new BlobHash(Convert.ToHexStringLower(_hash.GetHashAndReset()))), default);
                break;
            case FetchStep.Forget:
                Context.Parent.Tell(new Arrived(-_blob.Bytes, _blob.Bytes));
                break;
            case FetchStep.Finish:
                Finish();
                break;
            case FetchStep.GiveUp giveUp:
                End(new BlobNotFetched(_blob, giveUp.Reason));
                break;
        }
    }

    private void Keep(ReadOnlyMemory<byte> content)
    {
        // Not before a sender has shown that it has the blob: a size alone, from wherever it came, takes no memory.
        if (_bytes.Length == 0)
            _bytes = GC.AllocateUninitializedArray<byte>((int)_blob.Bytes);
        content.CopyTo(_bytes.AsMemory((int)(_fetch.Kept - content.Length)));
        _hash.AppendData(content.Span);
        Context.Parent.Tell(new Arrived(content.Length, 0));
    }

    private void Finish()
    {
        try
        {
            End(_shelf.Put(_bytes) == _blob
                ? new BlobFetched(_blob)
                : new BlobNotFetched(_blob, "the shelf kept something else"));
        }
        catch (Exception problem) when (problem is StoreException or IOException)
        {
            End(new BlobNotFetched(_blob, problem.Message));
        }
    }

    private void End(object outcome)
    {
        Context.Parent.Tell(outcome);
        Context.Stop(Self);
    }

    /// <summary>To the parent: bytes came.</summary>
    internal sealed record Arrived(long Kept, long Wasted);

    /// <summary>From the parent: the sender's node is no longer of the cluster.</summary>
    internal sealed record SenderGone;

    private sealed record Silent
    {
        public const string Timer = "silence";

        public static Silent Instance { get; } = new();
    }
}
