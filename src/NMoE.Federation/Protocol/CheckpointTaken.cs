using static NMoE.Federation.Protocol.WireValues;

namespace NMoE.Federation.Protocol;

/// <summary>From a place to the aggregator before it: I have your checkpoint.</summary>
/// <param name="Number">Of the sender's checkpoints, the one up to which the receiver is; 0 for none.</param>
internal sealed record CheckpointTaken(int Number) : IMessage
{
    /// <summary>On the wire, and when it is possible.</summary>
    internal static MessageForm Form { get; } = MessageForm.Of<CheckpointTaken, Wire.CheckpointTaken>(
        "CheckpointTaken",
        m => new() { Number = (uint)m.Number },
        read => new(Count(read.Number)),
        (_, from, bounds) => bounds.IsAggregator(from));
}
