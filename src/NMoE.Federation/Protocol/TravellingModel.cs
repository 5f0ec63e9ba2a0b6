using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using static NMoE.Federation.Protocol.WireValues;

namespace NMoE.Federation.Protocol;

/// <summary>What the receiver of a travelling model does with it.</summary>
public enum RingStep
{
    /// <summary>Train it and pass it on.</summary>
    Train,

    /// <summary>Keep it as the final one and pass it on.</summary>
    Adopt,

    /// <summary>The ring has come to its end: for the aggregator.</summary>
    Done,
}

/// <summary>
/// A model on its way around a ring of clients: first from the aggregator, then from client to client, at last to the aggregator. Hops are counted over all laps, so
/// that hop h is the turn of client h mod n of the ring: a client takes each hop once, and two copies of the model meet again where one of them came first.
/// </summary>
/// <param name="Stage">The stage that trains it.</param>
/// <param name="Generation">Which ring of the stage: a lost one is begun anew under the next number, from 0.</param>
/// <param name="Hop">The hop, from 0.</param>
/// <param name="Step">What is to be done.</param>
/// <param name="Ring">Clients in the order of their turns.</param>
/// <param name="Model">Its parts.</param>
/// <param name="Losses">Sum of this lap's losses.</param>
/// <param name="LastLoss">Mean loss of the lap before; infinite in the first.</param>
/// <param name="Missed">Clients that were passed over in this lap.</param>
public sealed record TravellingModel(
    string Stage, int Generation, int Hop, RingStep Step, ImmutableArray<int> Ring, ImmutableArray<BlobRef> Model, double Losses, double LastLoss, ImmutableArray<int> Missed) : IMessage
{
    /// <inheritdoc/>
    public (int First, int Second) Occasion => (Generation, Hop);

    /// <inheritdoc/>
    public ImmutableArray<BlobRef> Blobs => Model;

    /// <summary>On the wire, and when it is possible.</summary>
    internal static MessageForm Form { get; } = MessageForm.Of<TravellingModel, Wire.TravellingModel>(
        "RollingGate",
        m => new()
        {
            RingNumber = RingOf(m.Stage),
            Generation = (uint)m.Generation,
            Hop = (uint)m.Hop,
            Step = (Wire.RingStep)(m.Step + 1),
            Ring = { Counts(m.Ring) },
            Model = { Blobs(m.Model) },
            Losses = m.Losses,
            LastLoss = m.LastLoss,
            Missed = { Counts(m.Missed) },
        },
        read => new(
            RingOf(read.RingNumber), Count(read.Generation), Count(read.Hop), Choice<RingStep>((int)read.Step, "A travelling model does not say what is to be done with it."), Counts(read.Ring),
            Blobs(read.Model), read.Losses, read.LastLoss, Counts(read.Missed)),
        (m, from, bounds) => (bounds.IsClient(from) || bounds.IsAggregator(from)) && bounds.IsModel(m.Stage, m.Model.Length)
            && m.Ring.Length > 0 && bounds.AreClients(m.Ring) && m.Ring.Distinct().Count() == m.Ring.Length
            && m.Hop >= 0 && m.Hop <= (bounds.Laps.GetValueOrDefault(m.Stage) + 1) * m.Ring.Length && m.Missed.All(m.Ring.Contains));
}
