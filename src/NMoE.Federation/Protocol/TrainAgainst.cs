using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using static NMoE.Federation.Protocol.WireValues;

namespace NMoE.Federation.Protocol;

/// <summary>Aggregator to client, FedSC's second exchange: train from the model that you have, against this.</summary>
/// <param name="Round">Round.</param>
/// <param name="External">W, the weighed sum of the others' matrices, [d, d]; none where there are no others.</param>
/// <param name="Share">q_i, the client's share of the data, in (0, 1].</param>
internal sealed record TrainAgainst(int Round, ImmutableArray<BlobRef> External, double Share) : IMessage
{
    public (int First, int Second) Occasion => (Round, 0);

    public ImmutableArray<BlobRef> Blobs => External;

    /// <summary>On the wire, and when it is possible.</summary>
    internal static MessageForm Form { get; } = MessageForm.Of<TrainAgainst, Wire.TrainAgainst>(
        "TrainAgainst",
        m => new() { Round = (uint)m.Round, External = { Blobs(m.External) }, Share = m.Share },
        read => new(Count(read.Round), Blobs(read.External), read.Share),
        (m, from, bounds) => bounds.IsAggregator(from) && bounds.IsRound(Stages.Extractor, m.Round));
}
