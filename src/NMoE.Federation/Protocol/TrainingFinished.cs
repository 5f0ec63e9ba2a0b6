using System.Collections.Immutable;
using static NMoE.Federation.Protocol.WireValues;

namespace NMoE.Federation.Protocol;

/// <summary>Aggregator to supervisor: all stages are done.</summary>
internal sealed record TrainingFinished : IMessage
{
    /// <summary>Clients that have experts and are there, ascending; none named means all clients.</summary>
    public ImmutableArray<int> Experts { get; init; } = [];

    /// <summary>On the wire, and when it is possible.</summary>
    internal static MessageForm Form { get; } = MessageForm.Of<TrainingFinished, Wire.TrainingFinished>(
        "TrainingFinished",
        m => new() { Experts = { Counts(m.Experts) } },
        read => new() { Experts = Counts(read.Experts) },
        (m, from, bounds) => bounds.IsAggregator(from) && bounds.AreClients(m.Experts));
}
