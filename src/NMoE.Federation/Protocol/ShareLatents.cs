using System.Collections.Immutable;
using static NMoE.Federation.Protocol.WireValues;

namespace NMoE.Federation.Protocol;

/// <summary>Aggregator to client: these clients have experts; get their opinion of your training latents.</summary>
/// <param name="Experts">Client numbers, ascending.</param>
internal sealed record ShareLatents(ImmutableArray<int> Experts) : IMessage
{
    /// <summary>On the wire, and when it is possible.</summary>
    internal static MessageForm Form { get; } = MessageForm.Of<ShareLatents, Wire.ShareLatents>(
        "ShareLatents",
        m => new() { Experts = { Counts(m.Experts) } },
        read => new(Counts(read.Experts)),
        (m, from, bounds) => bounds.IsAggregator(from) && m.Experts.Length > 0 && bounds.AreClients(m.Experts));
}
