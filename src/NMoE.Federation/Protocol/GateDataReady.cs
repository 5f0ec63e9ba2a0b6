using System.Collections.Immutable;
using static NMoE.Federation.Protocol.WireValues;

namespace NMoE.Federation.Protocol;

/// <summary>Client to aggregator: I have all that gate training needs.</summary>
internal sealed record GateDataReady : IMessage
{
    /// <summary>Experts whose opinions came in time, ascending; none named means all that were asked.</summary>
    public ImmutableArray<int> Experts { get; init; } = [];

    /// <summary>On the wire, and when it is possible.</summary>
    internal static MessageForm Form { get; } = MessageForm.Of<GateDataReady, Wire.GateDataReady>(
        "GateDataReady",
        m => new() { Experts = { Counts(m.Experts) } },
        read => new() { Experts = Counts(read.Experts) },
        (m, from, bounds) => bounds.IsClient(from) && bounds.AreClients(m.Experts));
}
