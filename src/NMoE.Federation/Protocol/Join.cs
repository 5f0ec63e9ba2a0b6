using static NMoE.Federation.Protocol.WireValues;

namespace NMoE.Federation.Protocol;

/// <summary>Client to aggregator: my data is there.</summary>
/// <param name="Samples">Training samples n_i.</param>
public sealed record Join(int Samples) : IMessage
{
    /// <summary>On the wire, and when it is possible.</summary>
    internal static MessageForm Form { get; } = MessageForm.Of<Join, Wire.Join>(
        "Join",
        m => new() { Samples = (uint)m.Samples },
        read => new(Count(read.Samples)),
        (_, from, bounds) => bounds.IsClient(from));
}
