using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using static NMoE.Federation.Protocol.WireValues;

namespace NMoE.Federation.Protocol;

/// <summary>Aggregator to client: the outcome of a stage.</summary>
/// <param name="Stage">Stage.</param>
/// <param name="Model">As in <see cref="TrainRound"/>.</param>
public sealed record PublishModel(string Stage, ImmutableArray<BlobRef> Model) : IMessage
{
    /// <summary>The place at which the aggregator ended stage 1, from 0: of two outcomes the later place's counts.</summary>
    public int Lineage { get; init; }

    /// <summary>Of a gate, the experts that it has learned to choose, ascending; none named means all clients' experts.</summary>
    public ImmutableArray<int> Experts { get; init; } = [];

    /// <summary>As in <see cref="TrainRound"/>.</summary>
    public long PartBytes { get; init; }

    /// <inheritdoc/>
    public ImmutableArray<BlobRef> Blobs => Model;

    /// <inheritdoc/>
    public long PayloadBytes => PartBytes > 0 ? PartBytes : Model.Sum(blob => blob.Bytes);

    /// <summary>On the wire, and when it is possible.</summary>
    internal static MessageForm Form { get; } = MessageForm.Of<PublishModel, Wire.PublishModel>(
        "PublishModel",
        m => new() { Stage = StageOf(m.Stage), Model = { Blobs(m.Model) }, Lineage = (uint)m.Lineage, Experts = { Counts(m.Experts) }, PartBytes = (ulong)m.PartBytes },
        read => new(StageOf(read.Stage), Blobs(read.Model)) { Lineage = Count(read.Lineage), Experts = Counts(read.Experts), PartBytes = Bytes(read.PartBytes) },
        (m, from, bounds) => bounds.IsAggregator(from) && m.Lineage <= from.Place
            && m.Model.Length == (m.Stage == Stages.Extractor ? bounds.PublishedParts : 1) && bounds.AreClients(m.Experts) && Bounds.IsPart(m.Stage, m.PartBytes, m.Model));
}
