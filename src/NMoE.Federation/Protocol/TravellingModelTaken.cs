using static NMoE.Federation.Protocol.WireValues;

namespace NMoE.Federation.Protocol;

/// <summary>To whom a travelling model came from: I have it. Sent at once, before any training.</summary>
/// <param name="Stage">The stage that trains it.</param>
/// <param name="Generation">Which ring of the stage.</param>
/// <param name="Hop">The hop.</param>
internal sealed record TravellingModelTaken(string Stage, int Generation, int Hop) : IMessage
{
    public (int First, int Second) Occasion => (Generation, Hop);

    /// <summary>On the wire, and when it is possible.</summary>
    internal static MessageForm Form { get; } = MessageForm.Of<TravellingModelTaken, Wire.TravellingModelTaken>(
        "RollingGateTaken",
        m => new() { RingNumber = RingOf(m.Stage), Generation = (uint)m.Generation, Hop = (uint)m.Hop },
        read => new(RingOf(read.RingNumber), Count(read.Generation), Count(read.Hop)),
        (_, _, _) => true);
}
