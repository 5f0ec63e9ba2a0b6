using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using static NMoE.Federation.Protocol.WireValues;

namespace NMoE.Federation.Protocol;

/// <summary>Aggregator to client, aggregator to edge server, or edge server to client: the model to start this round from.</summary>
/// <param name="Stage">Stage.</param>
/// <param name="Round">Round, from 1.</param>
/// <param name="Model">F and the predictor in stage 1, G in stage 3.</param>
/// <param name="Control">SCAFFOLD's control variate c; none before its first round has ended, and with other algorithms.</param>
public sealed record TrainRound(string Stage, int Round, ImmutableArray<BlobRef> Model, ImmutableArray<BlobRef> Control) : IMessage
{
    /// <inheritdoc/>
    public (int First, int Second) Occasion => (Round, 0);

    /// <summary>The last round whose average holds the receiver's update, with SCAFFOLD; 0 for none, and with other algorithms.</summary>
    public int Counted { get; init; }

    /// <summary>The moments of all clients' latents together, in a round of a gate that is trained relative to them; else none.</summary>
    public ImmutableArray<BlobRef> Moments { get; init; } = [];

    /// <summary>Bytes of those rows of a gate that travel with it to a client that may ask some experts alone; 0 for whole models.</summary>
    public long PartBytes { get; init; }

    /// <summary>Sites whose clients an edge server is to train with, ascending: its own, and those of silent edge servers that it stands in for; none for a client.</summary>
    public ImmutableArray<int> Sites { get; init; } = [];

    /// <inheritdoc/>
    public ImmutableArray<BlobRef> Blobs => [.. Model, .. Control, .. Moments];

    /// <inheritdoc/>
    public long PayloadBytes => (PartBytes > 0 ? PartBytes : Model.Sum(blob => blob.Bytes)) + Control.Sum(blob => blob.Bytes) + Moments.Sum(blob => blob.Bytes);

    /// <summary>On the wire, and when it is possible.</summary>
    internal static MessageForm Form { get; } = MessageForm.Of<TrainRound, Wire.TrainRound>(
        "TrainRound",
        m => new()
        {
            Stage = StageOf(m.Stage),
            Round = (uint)m.Round,
            Model = { Blobs(m.Model) },
            Control = { Blobs(m.Control) },
            Counted = (uint)m.Counted,
            Moments = { Blobs(m.Moments) },
            PartBytes = (ulong)m.PartBytes,
            Sites = { Counts(m.Sites) },
        },
        read => new(StageOf(read.Stage), Count(read.Round), Blobs(read.Model), Blobs(read.Control)) { Counted = Count(read.Counted), Moments = Blobs(read.Moments), PartBytes = Bytes(read.PartBytes), Sites = Counts(read.Sites) },
        (m, from, bounds) => (bounds.IsAggregator(from) ? bounds.IsRound(m.Stage, m.Round) : bounds.IsEdge(from) && bounds.IsLocalRound(m.Stage, m.Round)) && bounds.AreSites(m.Sites) && bounds.IsModel(m.Stage, m.Model.Length) && m.Control.Length <= 1 && Bounds.IsPart(m.Stage, m.PartBytes, m.Model)
            && m.Moments.Length == (m.Stage == Stages.Gate ? bounds.Moments : 0));
}
