using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using static NMoE.Federation.Protocol.WireValues;

namespace NMoE.Federation.Protocol;

/// <summary>Client to aggregator: my correlation matrix, noised if there is a privacy budget.</summary>
/// <param name="Round">Round.</param>
/// <param name="Correlation">R~, [d, d].</param>
public sealed record Correlated(int Round, BlobRef Correlation) : IMessage
{
    /// <inheritdoc/>
    public (int First, int Second) Occasion => (Round, 0);

    /// <inheritdoc/>
    public ImmutableArray<BlobRef> Blobs => [Correlation];

    /// <summary>On the wire, and when it is possible.</summary>
    internal static MessageForm Form { get; } = MessageForm.Of<Correlated, Wire.Correlated>(
        "Correlated",
        m => new() { Round = (uint)m.Round, Correlation = Blob(m.Correlation) },
        read => new(Count(read.Round), Blob(read.Correlation)),
        (m, from, bounds) => bounds.IsClient(from) && bounds.IsRound(Stages.Extractor, m.Round));
}
