using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using static NMoE.Federation.Protocol.WireValues;

namespace NMoE.Federation.Protocol;

/// <summary>Client to aggregator or edge server: what my data made of the model. Edge server to aggregator: what my clients' data made of it.</summary>
/// <param name="Stage">Stage.</param>
/// <param name="Round">Round.</param>
/// <param name="Model">As in <see cref="TrainRound"/>.</param>
/// <param name="Samples">n_i, the weight in the average.</param>
/// <param name="Loss">Training loss.</param>
/// <param name="Control">SCAFFOLD's c_i' - c_i; none with other algorithms.</param>
public sealed record RoundUpdate(
    string Stage, int Round, ImmutableArray<BlobRef> Model, int Samples, double Loss, ImmutableArray<BlobRef> Control) : IMessage
{
    /// <inheritdoc/>
    public (int First, int Second) Occasion => (Round, 0);

    /// <summary>Sites whose clients an edge server trained with, as it was asked; none of a client.</summary>
    public ImmutableArray<int> Sites { get; init; } = [];

    /// <summary>Clients whose updates are in its last average; 0 of a client.</summary>
    public int Clients { get; init; }

    /// <inheritdoc/>
    public ImmutableArray<BlobRef> Blobs => [.. Model, .. Control];

    /// <summary>On the wire, and when it is possible.</summary>
    internal static MessageForm Form { get; } = MessageForm.Of<RoundUpdate, Wire.RoundUpdate>(
        "RoundUpdate",
        m => new()
        {
            Stage = StageOf(m.Stage),
            Round = (uint)m.Round,
            Model = { Blobs(m.Model) },
            Samples = (uint)m.Samples,
            Loss = m.Loss,
            Control = { Blobs(m.Control) },
            Sites = { Counts(m.Sites) },
            Clients = (uint)m.Clients,
        },
        read => new(StageOf(read.Stage), Count(read.Round), Blobs(read.Model), Count(read.Samples), read.Loss, Blobs(read.Control)) { Sites = Counts(read.Sites), Clients = Count(read.Clients) },
        (m, from, bounds) => (bounds.IsEdge(from) ? bounds.OverSites.Contains(m.Stage) && bounds.IsRound(m.Stage, m.Round) && !m.Sites.IsEmpty && bounds.AreSites(m.Sites) && m.Clients > 0 && m.Clients <= bounds.Clients
            : bounds.IsClient(from) && bounds.IsLocalRound(m.Stage, m.Round) && m.Sites.IsEmpty && m.Clients == 0) && m.Samples > 0 && double.IsFinite(m.Loss));
}
