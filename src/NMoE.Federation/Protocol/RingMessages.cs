using System.Collections.Immutable;
using NMoE.Compute.Blobs;

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
}

/// <summary>To whom the gate came from: I have it. Sent at once, before any training.</summary>
/// <param name="Generation">Which ring.</param>
/// <param name="Hop">The hop.</param>
public sealed record RollingGateTaken(int Generation, int Hop) : IMessage
{
    /// <inheritdoc/>
    public (int First, int Second) Occasion => (Generation, Hop);
}
