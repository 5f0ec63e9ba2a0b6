namespace NMoE.Compute.Blobs;

/// <summary>The SHA-256 of a blob's bytes, which is its name everywhere.</summary>
/// <param name="Hex">64 lower-case hexadecimal digits.</param>
public readonly record struct BlobHash(string Hex) : IComparable<BlobHash>
{
    private const int DigitsOfHashCode = 8;
    private const int LowBits = 15;
    private const int PastNine = 9;

    /// <inheritdoc/>
    public int CompareTo(BlobHash other) => string.CompareOrdinal(Hex, other.Hex);

    /// <summary>The first digits as a number: they are a hash already.</summary>
    public override int GetHashCode()
    {
        var code = 0;
        for (var i = 0; Hex is not null && i < Math.Min(DigitsOfHashCode, Hex.Length); i++)
        {
            code = (code << 4) | ((Hex[i] & LowBits) + (PastNine * (Hex[i] >> 6)));
        }

        return code;
    }

    /// <summary>The first digits, enough to tell blobs apart in a trace.</summary>
    public override string ToString() => Hex is { Length: > 12 } ? Hex[..12] : Hex ?? "";
}

/// <summary>A reference to a blob: what messages and jobs carry in place of its bytes.</summary>
/// <param name="Hash">The blob's name.</param>
/// <param name="Bytes">The blob's size in bytes, as charged by a channel.</param>
public sealed record BlobRef(BlobHash Hash, long Bytes)
{
    /// <summary>Prints the short hash and the size.</summary>
    public override string ToString() => FormattableString.Invariant($"{Hash}({Bytes} B)");
}
