using static NMoE.Federation.Protocol.WireValues;

namespace NMoE.Federation.Protocol;

/// <summary>To a server: I was away, or have heard nothing for long; tell me what I missed.</summary>
/// <param name="Samples">Training samples n_i of a client; 0 where they are not dealt yet, and from the aggregator and edge servers.</param>
public sealed record Rejoin(int Samples) : IMessage
{
    /// <summary>Of a client without pictures, that it has the model of stage 1: one more than the place at which that ended; 0 where it has none, and of all others.</summary>
    public int Has { get; init; }

    /// <summary>On the wire, and when it is possible.</summary>
    internal static MessageForm Form { get; } = MessageForm.Of<Rejoin, Wire.Rejoin>(
        "Rejoin",
        m => new() { Samples = (uint)m.Samples, Has = (uint)m.Has },
        read => new(Count(read.Samples)) { Has = Count(read.Has) },
        (m, from, bounds) => (bounds.IsClient(from) || bounds.IsAggregator(from) || bounds.IsEdge(from)) && m.Has <= bounds.Places);
}
