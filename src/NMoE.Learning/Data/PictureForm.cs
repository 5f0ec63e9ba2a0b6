namespace NMoE.Learning.Data;

/// <summary>What a data set tells of its pictures; models, sizes, costs and augmentations follow from it.</summary>
/// <param name="Shape">Their size.</param>
/// <param name="Traits">How they are made numbers, and whether they may be mirrored.</param>
/// <param name="Classes">Number of classes C; labels are 0..C-1.</param>
public sealed record PictureForm(PictureShape Shape, PictureTraits Traits, int Classes)
{
    /// <summary>The fewest classes that a data set may have.</summary>
    public const int FewestClasses = 2;

    /// <summary>The most classes that a data set may have.</summary>
    public const int MostClasses = 1024;

    /// <summary>CIFAR-10's, which jobs leave out.</summary>
    public static PictureForm Cifar10 { get; } = new(PictureShape.Cifar, PictureTraits.Cifar, 10);
}
