using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using static NMoE.Federation.Protocol.WireValues;

namespace NMoE.Federation.Protocol;

/// <summary>Client to client: my expert's logits of your training latents.</summary>
/// <param name="Logits">[rows, C].</param>
/// <param name="Rows">Rows.</param>
internal sealed record TrainingLogits(BlobRef Logits, int Rows) : IMessage
{
    public ImmutableArray<BlobRef> Blobs => [Logits];

    /// <summary>On the wire, and when it is possible.</summary>
    internal static MessageForm Form { get; } = MessageForm.Of<TrainingLogits, Wire.TrainingLogits>(
        "TrainingLogits",
        m => new() { Logits = Blob(m.Logits), Rows = (uint)m.Rows },
        read => new(Blob(read.Logits), Count(read.Rows)),
        (_, from, bounds) => bounds.IsClient(from));
}
