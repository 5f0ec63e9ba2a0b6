using System.Collections.Immutable;
using NMoE.Compute.Blobs;

namespace NMoE.Cluster.Blobs;

/// <summary>What the fetch of a blob decides, and the actor carries out.</summary>
internal abstract record FetchStep
{
    /// <summary>Ask for bytes.</summary>
    public sealed record Ask(long Offset, int Count) : FetchStep;

    /// <summary>Keep the bytes that have just come, behind those kept before.</summary>
    public sealed record Keep : FetchStep;

    /// <summary>The bytes that have just come are of no use.</summary>
    public sealed record Waste : FetchStep;

    /// <summary>All bytes are there: compare their hash, and say so by <see cref="BlobFetch.Compared"/>.</summary>
    public sealed record Compare : FetchStep;

    /// <summary>Forget all bytes that were kept.</summary>
    public sealed record Forget : FetchStep;

    /// <summary>The blob is whole.</summary>
    public sealed record Finish : FetchStep;

    /// <summary>The blob will not come.</summary>
    public sealed record GiveUp(string Reason) : FetchStep;
}

/// <summary>
/// One blob on its way, as the asker sees it: bytes are kept in order only, and at most <see cref="Window"/> chunks are asked for ahead of them. After a break the asker asks again from the first byte
/// that it lacks.
/// </summary>
/// <param name="Blob">Which.</param>
/// <param name="Kept">Bytes that have come, without a gap.</param>
/// <param name="Asked">Bytes that have been asked for, from the first.</param>
/// <param name="Silences">Silences since a byte came.</param>
/// <param name="Wrongs">How often all bytes were there and were not those of the hash.</param>
internal sealed record BlobFetch(BlobRef Blob, long Kept, long Asked, int Silences, int Wrongs)
{
    /// <summary>Chunks that may be under way: 512 KiB, 40 ms at 100 Mbit/s, which is as long as a heartbeat may have to wait behind them.</summary>
    public const int Window = 8;

    /// <summary>Silences after which a fetch gives up: two minutes. That a sender is gone is known long before by the membership; this is for one that has others to serve first.</summary>
    public const int MostSilences = 60;

    /// <summary>How often a blob may come wrong.</summary>
    public const int MostWrongs = 3;

    public static (BlobFetch State, ImmutableArray<FetchStep> Steps) Begin(BlobRef blob)
    {
        var fetch = new BlobFetch(blob, 0, 0, 0, 0);
        return blob.Bytes is >= 0 and <= BlobForms.LargestBlob
            ? fetch.GoOn([])
            : (fetch, [new FetchStep.GiveUp(FormattableString.Invariant($"a blob of {blob.Bytes} bytes does not move between nodes: the largest that does has {BlobForms.LargestBlob}"))]);
    }

    /// <summary>Bytes have come.</summary>
    public (BlobFetch State, ImmutableArray<FetchStep> Steps) Chunk(BlobChunk chunk) =>
        chunk.Hash == Blob.Hash && chunk.Offset == Kept && Kept < Blob.Bytes && chunk.Content.Length == NextCount(Kept)
            ? (this with { Kept = Kept + chunk.Content.Length, Silences = 0 }).GoOn([new FetchStep.Keep()])
            : (this, [new FetchStep.Waste()]);

    /// <summary>No byte has come for a while: what was under way is lost, or the sender is busy.</summary>
    public (BlobFetch State, ImmutableArray<FetchStep> Steps) Silence() => Silences + 1 < MostSilences
        ? (this with { Silences = Silences + 1, Asked = Kept }).GoOn([])
        : (this, [new FetchStep.GiveUp(FormattableString.Invariant($"its sender fell silent after {Kept} of {Blob.Bytes} bytes"))]);

    /// <summary>The sender does not have it.</summary>
    public (BlobFetch State, ImmutableArray<FetchStep> Steps) Absent() => (this, [new FetchStep.GiveUp("the node that was asked does not have it")]);

    /// <summary>The node of the sender has left the cluster.</summary>
    public (BlobFetch State, ImmutableArray<FetchStep> Steps) SenderGone() => (this, [new FetchStep.GiveUp("the node that was asked is gone")]);

    /// <summary>The hash of all bytes was compared.</summary>
    public (BlobFetch State, ImmutableArray<FetchStep> Steps) Compared(BlobHash found)
    {
        if (found == Blob.Hash)
            return (this, [new FetchStep.Finish()]);
        var again = this with { Kept = 0, Asked = 0, Silences = 0, Wrongs = Wrongs + 1 };
        return again.Wrongs < MostWrongs
            ? again.GoOn([new FetchStep.Forget()])
            : (again, [new FetchStep.GiveUp(FormattableString.Invariant($"its bytes came {MostWrongs} times and were not those of its hash"))]);
    }

    private (BlobFetch State, ImmutableArray<FetchStep> Steps) GoOn(ImmutableArray<FetchStep> steps)
    {
        if (Kept == Blob.Bytes)
            return (this, [.. steps, new FetchStep.Compare()]);
        var asked = Asked;
        while (asked < Blob.Bytes && asked < Kept + ((long)Window * BlobForms.ChunkBytes))
        {
            steps = steps.Add(new FetchStep.Ask(asked, NextCount(asked)));
            asked += NextCount(asked);
        }

        return (this with { Asked = asked }, steps);
    }

    private int NextCount(long offset) => (int)Math.Min(BlobForms.ChunkBytes, Blob.Bytes - offset);
}
