namespace NMoE.Learning.Data;

/// <summary>A data set in IDX files: a file of pictures and one of labels for each split.</summary>
internal abstract class IdxData : IDataSet
{
    public abstract string Name { get; }

    public virtual DataReading Read(DataReading all) => DataReading.None;

    public abstract PictureForm Form(DataReading reading);

    public OpenData Open(string? folder, ulong seed, DataReading reading)
    {
        var place = string.IsNullOrEmpty(folder) ? DataFolders.Default(Name) : folder;
        if (!Directory.Exists(place))
            throw new DataException(place, "there is no such folder", $"data.path names the folder that holds {FileName(reading, "train", "images", 3)} and three more; {Hint}");
        var form = Form(reading);
        var (train, test) = (Split(place, reading, "train", form), Split(place, reading, TestName, form));
        return new HeldPictures(form.Shape, form.Classes, train, test).Opened(Name, reading, form.Traits.Mirror);
    }

    /// <summary>What the files of the test split are called by.</summary>
    protected virtual string TestName => "t10k";

    /// <summary>What the smallest label is.</summary>
    protected virtual int FirstLabel(DataReading reading) => 0;

    /// <summary>Puts a picture upright.</summary>
    protected virtual void Turn(Span<byte> picture, PictureShape shape)
    {
    }

    /// <summary>The name of a file.</summary>
    protected virtual string FileName(DataReading reading, string split, string content, int dimensions) => FormattableString.Invariant($"{split}-{content}-idx{dimensions}-ubyte");

    private string Hint => $"`nmoe data get {Name}` fetches a good copy.";

    private HeldSplit Split(string folder, DataReading reading, string split, PictureForm form)
    {
        var pictures = IdxFile.Read(folder, FileName(reading, split, "images", 3), 3, Hint);
        var labels = IdxFile.Read(folder, FileName(reading, split, "labels", 1), 1, Hint);
        if (pictures.Sizes[1] != form.Shape.Height || pictures.Sizes[2] != form.Shape.Width)
        {
            throw new DataException(
                pictures.Path, FormattableString.Invariant($"its pictures are {pictures.Sizes[1]} x {pictures.Sizes[2]}"),
                FormattableString.Invariant($"Those of {Name} are {form.Shape.Height} x {form.Shape.Width}; {Hint}"));
        }

        if (pictures.Sizes[0] != labels.Sizes[0])
        {
            throw new DataException(
                labels.Path, FormattableString.Invariant($"it has {labels.Sizes[0]} labels, and {Path.GetFileName(pictures.Path)} has {pictures.Sizes[0]} pictures"),
                $"Both have the same number; {Hint}");
        }

        for (var start = 0; start < pictures.Data.Length; start += form.Shape.Bytes)
            Turn(pictures.Data.AsSpan(start, form.Shape.Bytes), form.Shape);
        return new(pictures.Data, Labels(labels, FirstLabel(reading), form.Classes));
    }

    private int[] Labels(IdxFile file, int first, int classes)
    {
        var labels = new int[file.Data.Length];
        for (var row = 0; row < labels.Length; row++)
        {
            labels[row] = file.Data[row] - first;
            if (labels[row] < 0 || labels[row] >= classes)
            {
                throw new DataException(
                    file.Path, FormattableString.Invariant($"label {row} is {file.Data[row]}"), FormattableString.Invariant($"{Name}'s labels are {first} to {first + classes - 1}; {Hint}"));
            }
        }

        return labels;
    }
}

/// <summary>MNIST (LeCun, Cortes, Burges, 1998): handwritten digits.</summary>
internal sealed class MnistData : IdxData
{
    public override string Name => "mnist";

    public override PictureForm Form(DataReading reading) => new(new(1, 28, 28), PictureTraits.Grey(0.1307, 0.3081) with { Mirror = Mirroring.Never }, 10);
}

/// <summary>Fashion-MNIST (Xiao et al., 2017): clothes.</summary>
internal sealed class FashionMnistData : IdxData
{
    public override string Name => "fashion-mnist";

    public override PictureForm Form(DataReading reading) => new(new(1, 28, 28), PictureTraits.Grey(0.286, 0.353), 10);
}

/// <summary>EMNIST (Cohen et al., 2017): handwritten digits and letters, in six splits. Its files hold pictures column by column; here they stand upright.</summary>
internal sealed class EmnistData : IdxData
{
    public override string Name => "emnist";

    public override DataReading Read(DataReading all) => new() { Emnist = all.Emnist == EmnistSplit.Balanced ? null : all.Emnist };

    public override PictureForm Form(DataReading reading) => new(
        new(1, 28, 28), PictureTraits.Grey(0.1751, 0.3332) with { Mirror = Mirroring.Never },
        Of(reading) switch { EmnistSplit.Balanced or EmnistSplit.ByMerge => 47, EmnistSplit.ByClass => 62, EmnistSplit.Letters => 26, _ => 10 });

    protected override string TestName => "test";

    protected override int FirstLabel(DataReading reading) => Of(reading) == EmnistSplit.Letters ? 1 : 0;

    protected override string FileName(DataReading reading, string split, string content, int dimensions)
    {
        // The archive writes the names in small letters, without hyphens.
        var part = Of(reading) switch
        {
            EmnistSplit.ByClass => "byclass",
            EmnistSplit.ByMerge => "bymerge",
            EmnistSplit.Letters => "letters",
            EmnistSplit.Digits => "digits",
            EmnistSplit.Mnist => "mnist",
            _ => "balanced",
        };
        return FormattableString.Invariant($"emnist-{part}-{split}-{content}-idx{dimensions}-ubyte");
    }

    protected override void Turn(Span<byte> picture, PictureShape shape)
    {
        var turned = new byte[shape.Plane];
        for (var pixel = 0; pixel < turned.Length; pixel++)
            turned[pixel] = picture[(pixel % shape.Width * shape.Height) + (pixel / shape.Width)];
        turned.CopyTo(picture);
    }

    private static EmnistSplit Of(DataReading reading) => reading.Emnist ?? EmnistSplit.Balanced;
}
