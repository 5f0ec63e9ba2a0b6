using System.Collections.Immutable;

namespace NMoE.Learning.Data;

/// <summary>The two halves of a data set.</summary>
public enum DataSplit
{
    /// <summary>Pictures to learn from; <c>train</c> in jobs.</summary>
    Train,

    /// <summary>Pictures to judge with; <c>test</c> in jobs.</summary>
    Test,
}

/// <summary>Labelled pictures of one shape, channel by channel (R, G, B, or grey), row by row. Safe to read from many threads.</summary>
public interface IDataSource
{
    /// <summary>The shape of every picture. The default value is CIFAR-10's.</summary>
    PictureShape Shape => PictureShape.Cifar;

    /// <summary>Number of classes C; labels are 0..C-1.</summary>
    int Classes { get; }

    /// <summary>What the classes are called; empty where they have numbers only.</summary>
    ImmutableArray<string> ClassNames => [];

    /// <summary>Number of pictures in a split.</summary>
    int Count(DataSplit split);

    /// <summary>The class of picture <paramref name="index"/>.</summary>
    int Label(DataSplit split, int index);

    /// <summary>Whose picture <paramref name="index"/> is, by number; null where the data set does not say.</summary>
    int? User(DataSplit split, int index) => null;

    /// <summary>Pictures of each user; null where the data set does not say whose they are.</summary>
    UserRows? UserRows => null;

    /// <summary>Writes the bytes of picture <paramref name="index"/>.</summary>
    void CopyPicture(DataSplit split, int index, Span<byte> destination);
}
