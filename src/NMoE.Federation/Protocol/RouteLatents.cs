using System.Collections.Immutable;
using System.Text.Json.Serialization;
using NMoE.Compute.Blobs;
using static NMoE.Federation.Protocol.WireValues;

namespace NMoE.Federation.Protocol;

/// <summary>Client to client: my gate chose your expert for these samples.</summary>
/// <param name="Pass">Inference pass.</param>
/// <param name="Request">Request within the pass.</param>
/// <param name="Latents">The latents that the rows are of.</param>
/// <param name="Rows">Rows that travel.</param>
/// <param name="RowBytes">Bytes of a row.</param>
public sealed record RouteLatents(int Pass, int Request, BlobRef Latents, ImmutableArray<int> Rows, int RowBytes) : IMessage
{
    /// <summary>0 for rows that the gate chose the expert for, then how often next-best experts have stood in within this request: it tells an expert's rows apart. A retry is of the same rows.</summary>
    public int Substitution { get; init; }

    /// <summary>Channel uses of a row that is sent in analog form; 0 for rows of bytes.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int RowUses { get; init; }

    /// <inheritdoc/>
    public (int First, int Second) Occasion => (Pass, Request);

    /// <inheritdoc/>
    public ImmutableArray<BlobRef> Blobs => [Latents];

    /// <inheritdoc/>
    public long PayloadBytes => (long)Rows.Length * RowBytes;

    /// <inheritdoc/>
    public long ChannelUses => (long)Rows.Length * RowUses;

    /// <summary>On the wire, and when it is possible.</summary>
    internal static MessageForm Form { get; } = MessageForm.Of<RouteLatents, Wire.RouteLatents>(
        "RouteLatents",
        m => new()
        {
            Pass = (uint)m.Pass,
            Request = (uint)m.Request,
            Latents = Blob(m.Latents),
            Rows = { Counts(m.Rows) },
            RowBytes = (uint)m.RowBytes,
            Substitution = (uint)m.Substitution,
            RowUses = (uint)m.RowUses,
        },
        read => new(Count(read.Pass), Count(read.Request), Blob(read.Latents), Counts(read.Rows), Count(read.RowBytes)) { Substitution = Count(read.Substitution), RowUses = Count(read.RowUses) },
        (m, from, bounds) => bounds.IsClient(from) && bounds.IsSubstitution(m.Substitution));
}
