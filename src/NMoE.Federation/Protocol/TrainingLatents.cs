using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using static NMoE.Federation.Protocol.WireValues;

namespace NMoE.Federation.Protocol;

/// <summary>Client to client: what does your expert say of these?</summary>
/// <param name="Latents">[rows, D].</param>
/// <param name="Rows">Rows.</param>
public sealed record TrainingLatents(BlobRef Latents, int Rows) : IMessage
{
    /// <inheritdoc/>
    public ImmutableArray<BlobRef> Blobs => [Latents];

    /// <summary>On the wire, and when it is possible.</summary>
    internal static MessageForm Form { get; } = MessageForm.Of<TrainingLatents, Wire.TrainingLatents>(
        "TrainingLatents",
        m => new() { Latents = Blob(m.Latents), Rows = (uint)m.Rows },
        read => new(Blob(read.Latents), Count(read.Rows)),
        (m, from, bounds) => bounds.IsClient(from) && m.Rows > 0 && m.Rows <= bounds.Rows);
}
