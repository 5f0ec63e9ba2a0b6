namespace NMoE.Federation.Protocol;

/// <summary>Aggregator to client, edge server or supervisor, or edge server to client or aggregator: I am here, and you missed nothing but what comes beside this or is on its way.</summary>
internal sealed record NothingNew : IMessage
{
    /// <summary>On the wire, and when it is possible.</summary>
    internal static MessageForm Form { get; } = MessageForm.Of<NothingNew, Wire.NothingNew>(
        "NothingNew",
        _ => new(),
        _ => new(),
        (_, from, bounds) => bounds.IsAggregator(from) || bounds.IsEdge(from));
}
