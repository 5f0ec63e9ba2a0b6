namespace NMoE.Learning.Data;

/// <summary>CIFAR-10 (Krizhevsky, 2009), read from its binary files.</summary>
public sealed class Cifar10Data : IDataSet
{
    /// <summary>Its name in configurations.</summary>
    public const string DataName = "cifar10";

    /// <inheritdoc/>
    public string Name => DataName;

    /// <inheritdoc/>
    public PictureForm Form(DataReading reading) => PictureForm.Cifar10;

    /// <inheritdoc/>
    public OpenData Open(string? folder, ulong seed, DataReading reading)
    {
        var source = Cifar10Source.Open(string.IsNullOrEmpty(folder) ? Cifar10Folder.Default : folder);
        return new(new(Name, source.ContentHash, seed), source) { Remark = source.Remark };
    }
}
