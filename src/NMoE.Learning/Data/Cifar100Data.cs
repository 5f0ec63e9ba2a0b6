namespace NMoE.Learning.Data;

/// <summary>CIFAR-100 (Krizhevsky, 2009) in its binary layout: records of a coarse label, a fine label and 3072 picture bytes, in <c>train.bin</c> and <c>test.bin</c>.</summary>
internal sealed class Cifar100Data : IDataSet
{
    /// <summary>The name of its folder in the archive.</summary>
    public const string FolderName = "cifar-100-binary";

    /// <summary>Its files.</summary>
    public static readonly string[] Files = ["train.bin", "test.bin"];

    private const string Hint = "`nmoe data get cifar100` fetches a good copy.";
    private const int FineClasses = 100;
    private const int CoarseClasses = 20;
    private static readonly int s_record = 2 + PictureShape.Cifar.Bytes;

    public string Name => "cifar100";

    public DataReading Read(DataReading all) => new() { Cifar100 = all.Cifar100 == Cifar100Labels.Fine ? null : all.Cifar100 };

    public PictureForm Form(DataReading reading) => new(
        PictureShape.Cifar, new([0.5071, 0.4865, 0.4409], [0.2673, 0.2564, 0.2762]), reading.Cifar100 == Cifar100Labels.Coarse ? CoarseClasses : FineClasses);

    public OpenData Open(string? folder, ulong seed, DataReading reading)
    {
        var place = string.IsNullOrEmpty(folder) ? DataFolders.Default(FolderName) : folder;
        if (!Directory.Exists(place))
            throw new DataException(place, "there is no such folder", $"data.path names the folder that holds {string.Join(" and ", Files)}; {Hint}");
        var isCoarse = reading.Cifar100 == Cifar100Labels.Coarse;
        return new HeldPictures(PictureShape.Cifar, Form(reading).Classes, Split(Path.Combine(place, Files[0]), isCoarse), Split(Path.Combine(place, Files[1]), isCoarse))
            .Opened(Name, reading, Mirroring.Allowed);
    }

    private static HeldSplit Split(string path, bool isCoarse)
    {
        var bytes = Bytes(path);
        if (bytes.Length == 0 || bytes.Length % s_record != 0)
        {
            throw new DataException(
                path, FormattableString.Invariant($"it has {bytes.Length} bytes: it is cut short or something else"), FormattableString.Invariant($"It consists of records of {s_record} bytes; {Hint}"));
        }

        var (pixels, labels) = (new byte[bytes.Length / s_record * PictureShape.Cifar.Bytes], new int[bytes.Length / s_record]);
        for (var row = 0; row < labels.Length; row++)
        {
            var record = bytes.AsSpan(row * s_record, s_record);
            if (record[0] >= CoarseClasses || record[1] >= FineClasses)
                throw new DataException(path, FormattableString.Invariant($"record {row} has the labels {record[0]} and {record[1]}"), FormattableString.Invariant($"Coarse ones are 0 to {CoarseClasses - 1}, fine ones 0 to {FineClasses - 1}; {Hint}"));
            labels[row] = record[isCoarse ? 0 : 1];
            record[2..].CopyTo(pixels.AsSpan(row * PictureShape.Cifar.Bytes));
        }

        return new(pixels, labels);
    }

    private static byte[] Bytes(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException(path, e is FileNotFoundException ? "the file is missing" : $"the file cannot be read: {e.Message.TrimEnd('.')}", Hint, e);
        }
    }
}
