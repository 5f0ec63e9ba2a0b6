using static NMoE.Federation.Protocol.WireValues;

namespace NMoE.Federation.Protocol;

/// <summary>To whom the gate came from: I have it. Sent at once, before any training.</summary>
/// <param name="Generation">Which ring.</param>
/// <param name="Hop">The hop.</param>
public sealed record RollingGateTaken(int Generation, int Hop) : IMessage
{
    /// <inheritdoc/>
    public (int First, int Second) Occasion => (Generation, Hop);

    /// <summary>On the wire, and when it is possible.</summary>
    internal static MessageForm Form { get; } = MessageForm.Of<RollingGateTaken, Wire.RollingGateTaken>(
        "RollingGateTaken",
        m => new() { Generation = (uint)m.Generation, Hop = (uint)m.Hop },
        read => new(Count(read.Generation), Count(read.Hop)),
        (_, _, _) => true);
}
