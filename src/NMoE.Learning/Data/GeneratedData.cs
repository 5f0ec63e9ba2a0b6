namespace NMoE.Learning.Data;

/// <summary>Drawn pictures that need no file: <see cref="GeneratedSource"/>.</summary>
public sealed class GeneratedData : IDataSet
{
    /// <summary>Its name in configurations.</summary>
    public const string DataName = "generated";

    /// <summary>Its classes where none are asked for.</summary>
    public const int UsualClasses = 10;

    /// <inheritdoc/>
    public string Name => DataName;

    /// <inheritdoc/>
    public DataReading Read(DataReading all)
    {
        ArgumentNullException.ThrowIfNull(all);
        return new()
        {
            Size = all.Size == new PictureSize(PictureShape.Cifar.Height, PictureShape.Cifar.Width) ? null : all.Size,
            Colour = all.Colour is PictureColour.Auto or PictureColour.Rgb ? null : all.Colour,
            Classes = all.Classes == UsualClasses ? null : all.Classes,
            Train = all.Train == GeneratedSource.TrainCount ? null : all.Train,
            Test = all.Test == GeneratedSource.TestCount ? null : all.Test,
        };
    }

    /// <inheritdoc/>
    public PictureForm Form(DataReading reading)
    {
        ArgumentNullException.ThrowIfNull(reading);
        var size = reading.Size ?? new(PictureShape.Cifar.Height, PictureShape.Cifar.Width);
        var isGrey = reading.Colour == PictureColour.Grey;
        return new(new(isGrey ? 1 : 3, size.Height, size.Width), isGrey ? PictureTraits.Grey(0.5, 0.25) : PictureTraits.Cifar, reading.Classes ?? UsualClasses);
    }

    /// <inheritdoc/>
    public ulong SeedOf(ulong experiment) => experiment;

    /// <inheritdoc/>
    public OpenData Open(string? folder, ulong seed, DataReading reading)
    {
        var form = Form(reading);
        var source = new GeneratedSource(seed, form.Shape, form.Classes)
        {
            TrainPictures = reading.Train ?? GeneratedSource.TrainCount,
            TestPictures = reading.Test ?? GeneratedSource.TestCount,
        };
        return new(new(Name, GeneratedSource.Version, seed) { Reading = reading == DataReading.None ? null : reading, Form = form }, source);
    }
}
