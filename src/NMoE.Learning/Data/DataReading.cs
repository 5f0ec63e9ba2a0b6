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

    /// <summary>How a picture of another size comes to <see cref="Size"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PictureFit? Fit { get; init; }

    /// <summary>Share for tests of a set that comes without a test split.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? TestShare { get; init; }

    /// <summary>Which of EMNIST's splits it is.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public EmnistSplit? Emnist { get; init; }

    /// <summary>Which of CIFAR-100's labels it has.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Cifar100Labels? Cifar100 { get; init; }

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

/// <summary>How a picture of another size comes to that of the set.</summary>
public enum PictureFit
{
    /// <summary>Stretched.</summary>
    Scale,

    /// <summary>Made as large as fits, in the middle of black.</summary>
    Pad,

    /// <summary>Made as small as covers, and its middle cut out.</summary>
    Crop,
}

/// <summary>EMNIST's splits (Cohen et al., 2017).</summary>
public enum EmnistSplit
{
    /// <summary>47 classes, equally often.</summary>
    Balanced,

    /// <summary>62 classes: digits, capitals and small letters.</summary>
    ByClass,

    /// <summary>47 classes: letters that look alike in both forms are one.</summary>
    ByMerge,

    /// <summary>26 classes.</summary>
    Letters,

    /// <summary>10 classes.</summary>
    Digits,

    /// <summary>10 classes, as many as MNIST has.</summary>
    Mnist,
}

/// <summary>CIFAR-100's labels.</summary>
public enum Cifar100Labels
{
    /// <summary>100 classes.</summary>
    Fine,

    /// <summary>20 classes of five each.</summary>
    Coarse,
}

/// <summary>Channels of a picture.</summary>
public enum PictureColour
{
    /// <summary>As the data set has them.</summary>
    Auto,

    /// <summary>One.</summary>
    Grey,

    /// <summary>Red, green and blue.</summary>
    Rgb,
}
