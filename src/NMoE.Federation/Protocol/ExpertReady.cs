using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using static NMoE.Federation.Protocol.WireValues;

namespace NMoE.Federation.Protocol;

/// <summary>Client to aggregator: my expert is trained.</summary>
internal sealed record ExpertReady : IMessage
{
    /// <summary>The mean of my training latents and that of their squares, [D] each, where the gate is trained on latents relative to those of all clients; else none.</summary>
    public ImmutableArray<BlobRef> Moments { get; init; } = [];

    public ImmutableArray<BlobRef> Blobs => Moments;

    /// <summary>On the wire, and when it is possible.</summary>
    internal static MessageForm Form { get; } = MessageForm.Of<ExpertReady, Wire.ExpertReady>(
        "ExpertReady",
        m => new() { Moments = { Blobs(m.Moments) } },
        read => new() { Moments = Blobs(read.Moments) },
        (m, from, bounds) => bounds.IsClient(from) && m.Moments.Length == bounds.Moments);
}
