using System.Text.Json.Serialization;

namespace NMoE.Learning.Data;

/// <summary>The size of every picture of a data set: bytes, channel by channel, row by row.</summary>
/// <param name="Channels">1 for grey, 3 for red, green and blue.</param>
/// <param name="Height">Rows of a channel.</param>
/// <param name="Width">Pixels of a row.</param>
public sealed record PictureShape(int Channels, int Height, int Width)
{
    /// <summary>The most channels that a data set may have.</summary>
    public const int MostChannels = 16;

    /// <summary>The most rows, and the most pixels of a row.</summary>
    public const int MostSide = 512;

    /// <summary>CIFAR-10's, which jobs leave out.</summary>
    public static PictureShape Cifar { get; } = new(3, 32, 32);

    /// <summary>Pixels of a channel.</summary>
    [JsonIgnore]
    public int Plane => Height * Width;

    /// <summary>Bytes of a picture.</summary>
    [JsonIgnore]
    public int Bytes => Channels * Height * Width;

    /// <summary>Whether pictures can have it.</summary>
    [JsonIgnore]
    public bool IsPossible => Channels is >= 1 and <= MostChannels && Height is >= 1 and <= MostSide && Width is >= 1 and <= MostSide;

    /// <summary>As messages write it.</summary>
    public override string ToString() => FormattableString.Invariant($"{Channels} x {Height} x {Width}");
}
