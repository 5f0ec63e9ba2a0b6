using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using static NMoE.Federation.Protocol.WireValues;

namespace NMoE.Federation.Protocol;

/// <summary>What the receiver of RollGate's gate does with it.</summary>
public enum RollStep
{
    /// <summary>Train it and pass it on.</summary>
    Train,

    /// <summary>Keep it as the final gate and pass it on.</summary>
    Adopt,

    /// <summary>The ring has come to its end: for the aggregator.</summary>
    Done,
}

/// <summary>
/// RollGate's gate on its way around a ring of clients: first from the aggregator, then from client to client, at last to the aggregator. Hops are counted over all laps, so
/// that hop h is the turn of client h mod n of the ring: a client takes each hop once, and two copies of the gate meet again where one of them came first.
/// </summary>
/// <param name="Generation">Which ring: a lost one is begun anew under the next number, from 0.</param>
/// <param name="Hop">The hop, from 0.</param>
/// <param name="Step">What is to be done.</param>
/// <param name="Ring">Clients in the order of their turns.</param>
/// <param name="Gate">G.</param>
/// <param name="Losses">Sum of this lap's losses.</param>
/// <param name="LastLoss">Mean loss of the lap before; infinite in the first.</param>
/// <param name="Missed">Clients that were passed over in this lap.</param>
public sealed record RollingGate(
    int Generation, int Hop, RollStep Step, ImmutableArray<int> Ring, BlobRef Gate, double Losses, double LastLoss, ImmutableArray<int> Missed) : IMessage
{
    /// <inheritdoc/>
    public (int First, int Second) Occasion => (Generation, Hop);

    /// <inheritdoc/>
    public ImmutableArray<BlobRef> Blobs => [Gate];

    /// <summary>On the wire, and when it is possible.</summary>
    internal static MessageForm Form { get; } = MessageForm.Of<RollingGate, Wire.RollingGate>(
        "RollingGate",
        m => new()
        {
            Generation = (uint)m.Generation,
            Hop = (uint)m.Hop,
            Step = (Wire.RollStep)(m.Step + 1),
            Ring = { Counts(m.Ring) },
            Gate = Blob(m.Gate),
            Losses = m.Losses,
            LastLoss = m.LastLoss,
            Missed = { Counts(m.Missed) },
        },
        read => new(
            Count(read.Generation), Count(read.Hop), Choice<RollStep>((int)read.Step, "A rolling gate does not say what is to be done with it."), Counts(read.Ring), Blob(read.Gate),
            read.Losses, read.LastLoss, Counts(read.Missed)),
        (m, from, bounds) => (bounds.IsClient(from) || bounds.IsAggregator(from))
            && m.Ring.Length > 0 && bounds.AreClients(m.Ring) && m.Ring.Distinct().Count() == m.Ring.Length
            && m.Hop >= 0 && m.Hop <= (bounds.Laps + 1) * m.Ring.Length && m.Missed.All(m.Ring.Contains));
}
