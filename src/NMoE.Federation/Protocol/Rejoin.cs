using static NMoE.Federation.Protocol.WireValues;

namespace NMoE.Federation.Protocol;

/// <summary>To a server: I was away, or have heard nothing for long; tell me what I missed.</summary>
/// <param name="Samples">Training samples n_i of a client; 0 where they are not dealt yet, and from the aggregator.</param>
public sealed record Rejoin(int Samples) : IMessage
{
    /// <summary>On the wire, and when it is possible.</summary>
    internal static MessageForm Form { get; } = MessageForm.Of<Rejoin, Wire.Rejoin>(
        "Rejoin",
        m => new() { Samples = (uint)m.Samples },
        read => new(Count(read.Samples)),
        (_, from, bounds) => bounds.IsClient(from) || bounds.IsAggregator(from));
}
