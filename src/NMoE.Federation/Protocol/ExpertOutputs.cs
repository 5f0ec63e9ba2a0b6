using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using static NMoE.Federation.Protocol.WireValues;

namespace NMoE.Federation.Protocol;

/// <summary>Client to client: my expert's outputs for the rows of that request.</summary>
/// <param name="Pass">Inference pass.</param>
/// <param name="Request">Request.</param>
/// <param name="Logits">The logits that the rows are of.</param>
/// <param name="Rows">Number of rows that travel.</param>
/// <param name="RowBytes">Bytes of a row.</param>
public sealed record ExpertOutputs(int Pass, int Request, BlobRef Logits, int Rows, int RowBytes) : IMessage
{
    /// <summary>As it was asked.</summary>
    public int Substitution { get; init; }

    /// <inheritdoc/>
    public (int First, int Second) Occasion => (Pass, Request);

    /// <inheritdoc/>
    public ImmutableArray<BlobRef> Blobs => [Logits];

    /// <inheritdoc/>
    public long PayloadBytes => (long)Rows * RowBytes;

    /// <summary>On the wire, and when it is possible.</summary>
    internal static MessageForm Form { get; } = MessageForm.Of<ExpertOutputs, Wire.ExpertOutputs>(
        "ExpertOutputs",
        m => new()
        {
            Pass = (uint)m.Pass,
            Request = (uint)m.Request,
            Logits = Blob(m.Logits),
            Rows = (uint)m.Rows,
            RowBytes = (uint)m.RowBytes,
            Substitution = (uint)m.Substitution,
        },
        read => new(Count(read.Pass), Count(read.Request), Blob(read.Logits), Count(read.Rows), Count(read.RowBytes)) { Substitution = Count(read.Substitution) },
        (m, from, bounds) => bounds.IsClient(from) && bounds.IsSubstitution(m.Substitution));
}
