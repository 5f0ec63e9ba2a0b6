using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using static NMoE.Federation.Protocol.WireValues;

namespace NMoE.Federation.Protocol;

/// <summary>Aggregator to client, FedSC's first exchange: send the correlation matrix that your data have under this model.</summary>
/// <param name="Round">Round, from 1.</param>
/// <param name="Model">F and the projection head, from which the round will start.</param>
public sealed record Correlate(int Round, ImmutableArray<BlobRef> Model) : IMessage
{
    /// <inheritdoc/>
    public (int First, int Second) Occasion => (Round, 0);

    /// <inheritdoc/>
    public ImmutableArray<BlobRef> Blobs => Model;

    /// <summary>On the wire, and when it is possible.</summary>
    internal static MessageForm Form { get; } = MessageForm.Of<Correlate, Wire.Correlate>(
        "Correlate",
        m => new() { Round = (uint)m.Round, Model = { Blobs(m.Model) } },
        read => new(Count(read.Round), Blobs(read.Model)),
        (m, from, bounds) => bounds.IsAggregator(from) && bounds.IsModel(Stages.Extractor, m.Model.Length) && bounds.IsRound(Stages.Extractor, m.Round));
}
