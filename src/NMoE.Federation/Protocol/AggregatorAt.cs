using NMoE.Simulation.Network;
using static NMoE.Federation.Protocol.WireValues;

namespace NMoE.Federation.Protocol;

/// <summary>
/// This is where the aggregator is: from the supervisor to a place that is to be it, to clients that ask, and to a place that is it no more; from an aggregator to a place before its own.
/// </summary>
/// <param name="Place">The place, from 0. Places come one after the other, so that a higher one is always the later word.</param>
public sealed record AggregatorAt(int Place) : IMessage
{
    /// <summary>On the wire, and when it is possible.</summary>
    internal static MessageForm Form { get; } = MessageForm.Of<AggregatorAt, Wire.AggregatorAt>(
        "AggregatorAt",
        m => new() { Place = (uint)m.Place },
        read => new(Count(read.Place)),
        (m, from, bounds) => (from == DeviceId.Supervisor || bounds.IsAggregator(from)) && m.Place >= 0 && m.Place < bounds.Places);
}
