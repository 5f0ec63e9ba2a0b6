using System.Security.Cryptography;
using System.Text;

namespace NMoE.Learning.Data;

/// <summary>
/// CIFAR-10 in its binary layout (Krizhevsky 2009): files of 10 000 records, each one label byte and 3072 picture bytes. Reads those of
/// <c>data_batch_1.bin</c> to <c>data_batch_5.bin</c> that are there, and <c>test_batch.bin</c>.
/// </summary>
public sealed class Cifar10Source : IDataSource
{
    /// <summary>Records of a file.</summary>
    public const int RecordsPerFile = 10_000;

    /// <summary>Bytes of a file.</summary>
    public const int FileBytes = RecordsPerFile * RecordBytes;

    private const int RecordBytes = 1 + IDataSource.PictureBytes;
    private readonly int _records;
    private readonly byte[][] _train;
    private readonly byte[][] _test;

    private Cifar10Source(int records, byte[][] train, byte[][] test, string contentHash)
    {
        _records = records;
        _train = train;
        _test = test;
        ContentHash = contentHash;
    }

    /// <summary>The names of the training files, in the order in which they are read.</summary>
    public static IReadOnlyList<string> TrainFiles { get; } =
        [.. Enumerable.Range(1, 5).Select(n => FormattableString.Invariant($"data_batch_{n}.bin"))];

    /// <summary>The name of the test file.</summary>
    public static string TestFile => "test_batch.bin";

    /// <summary>SHA-256 over the name and the bytes of each file read, in order: 64 lower-case hexadecimal digits.</summary>
    public string ContentHash { get; }

    /// <inheritdoc/>
    public int Classes => 10;

    /// <summary>Reads the files of a folder and checks every record's label.</summary>
    /// <exception cref="DataException">The folder or a needed file is missing, has the wrong size, or holds a label above 9.</exception>
    public static Cifar10Source Open(string folder) => Open(folder, RecordsPerFile);

    /// <summary>Reads files of so many records.</summary>
    internal static Cifar10Source Open(string folder, int records)
    {
        if (!Directory.Exists(folder))
        {
            throw new DataException(
                folder, "there is no such folder", $"data.path names the folder that holds CIFAR-10's .bin files; {DataException.Hint}");
        }

        var names = TrainFiles.Where(name => File.Exists(Path.Combine(folder, name))).ToArray();
        if (names.Length == 0)
        {
            throw new DataException(
                folder, "no training batch is there", $"At least one of {TrainFiles[0]} to {TrainFiles[^1]} is needed; "
                    + DataException.Hint);
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[][] train = [.. names.Select(name => Read(folder, name, records, hash))];
        var test = Read(folder, TestFile, records, hash);
        return new(records, train, [test], Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    /// <inheritdoc/>
    public int Count(DataSplit split) => Files(split).Length * _records;

    /// <inheritdoc/>
    public int Label(DataSplit split, int index) => Record(split, index)[0];

    /// <inheritdoc/>
    public void CopyPicture(DataSplit split, int index, Span<byte> destination) => Record(split, index)[1..].CopyTo(destination);

    private ReadOnlySpan<byte> Record(DataSplit split, int index) =>
        Files(split)[index / _records].AsSpan(index % _records * RecordBytes, RecordBytes);

    private byte[][] Files(DataSplit split) => split == DataSplit.Train ? _train : _test;

    private static byte[] Read(string folder, string name, int records, IncrementalHash hash)
    {
        var path = Path.Combine(folder, name);
        var bytes = ReadFile(path, records);
        for (var record = 0; record < records; record++)
        {
            if (bytes[record * RecordBytes] is var label and > 9)
            {
                throw new DataException(
                    path,
                    FormattableString.Invariant($"record {record} has the label {label}"),
                    $"CIFAR-10's labels are 0 to 9; {DataException.Hint}");
            }
        }

        hash.AppendData(Encoding.UTF8.GetBytes(name));
        hash.AppendData([0]);
        hash.AppendData(bytes);
        return bytes;
    }

    private static byte[] ReadFile(string path, int records)
    {
        try
        {
            var length = new FileInfo(path).Length;
            return length == records * RecordBytes ? File.ReadAllBytes(path) : throw WrongSize(path, length, records);
        }
        catch (FileNotFoundException e)
        {
            throw new DataException(path, "the file is missing", $"The test batch is needed; {DataException.Hint}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException(
                path, $"the file cannot be read: {e.Message.TrimEnd('.')}", $"A readable file is needed; {DataException.Hint}", e);
        }
    }

    private static DataException WrongSize(string path, long length, int records) => new(
        path,
        FormattableString.Invariant($"the file {(length < records * RecordBytes ? "is cut short" : "is too long")}: it has {length} bytes"),
        FormattableString.Invariant(
            $"A batch has {records} records of {RecordBytes} bytes, {records * RecordBytes} in all; {DataException.Hint}"));
}
