using System.Collections.Immutable;

namespace NMoE.Learning.Data;

/// <summary>Whether a mirrored picture is still one of its class.</summary>
public enum Mirroring
{
    /// <summary>It is, as of animals and things.</summary>
    Allowed,

    /// <summary>It is not, as of digits and letters: no augmentation mirrors them.</summary>
    Never,
}

/// <summary>How the pictures of a data set are made numbers, and what may be done to them. Mean and deviation are of values in [0, 1].</summary>
/// <param name="Mean">Of each channel.</param>
/// <param name="Deviation">Standard deviation of each channel, above 0.</param>
public sealed record PictureTraits(ImmutableArray<double> Mean, ImmutableArray<double> Deviation)
{
    /// <summary>CIFAR-10's, which jobs leave out.</summary>
    public static PictureTraits Cifar { get; } = new([0.4914, 0.4822, 0.4465], [0.2470, 0.2434, 0.2615]);

    /// <summary>Whether augmentations mirror. The default value is that they may.</summary>
    public Mirroring Mirror { get; init; }

    /// <summary>Those of grey pictures, by mean and deviation.</summary>
    public static PictureTraits Grey(double mean, double deviation) => new([mean], [deviation]);

    /// <summary>Whether pictures with so many channels can have them.</summary>
    public bool Fits(PictureShape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        return Mean.Length == shape.Channels && Deviation.Length == shape.Channels && Deviation.All(deviation => deviation > 0);
    }

    /// <inheritdoc/>
    public bool Equals(PictureTraits? other) =>
        other is not null && Mean.SequenceEqual(other.Mean) && Deviation.SequenceEqual(other.Deviation) && Mirror == other.Mirror;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Mean[0], Deviation[0], Mirror);
}
