using System.Text.Json.Serialization;

namespace NMoE.Learning.Data;

/// <summary>What a configuration says of how a data set is read. A member that is null is as by default, and stays out of jobs; each set reads some, and no other.</summary>
public sealed record DataReading
{
    /// <summary>All by default.</summary>
    public static DataReading None { get; } = new();

    /// <summary>Size of the pictures of a set that can have several.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PictureSize? Size { get; init; }

    /// <summary>Channels of the pictures of a set that can have several.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PictureColour? Colour { get; init; }

    /// <summary>Number of classes of a generated set.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Classes { get; init; }

    /// <summary>Training pictures of a generated set.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Train { get; init; }

    /// <summary>Test pictures of a generated set.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Test { get; init; }
}

/// <summary>Rows and columns of a picture.</summary>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
public readonly record struct PictureSize(int Height, int Width);

/// <summary>Channels of a picture.</summary>
public enum PictureColour
{
    /// <summary>One.</summary>
    Grey,

    /// <summary>Red, green and blue.</summary>
    Rgb,
}
