using System.Security.Cryptography;
using System.Text;

namespace NMoE.Learning.Data;

/// <summary>
/// CIFAR-10 in its binary layout (Krizhevsky 2009): files of 10 000 records, each one label byte and 3072 picture bytes. Reads those of
/// <c>data_batch_1.bin</c> to <c>data_batch_5.bin</c> that are there, and <c>test_batch.bin</c>.
/// </summary>
internal sealed class Cifar10Source : IDataSource
{
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

    /// <summary>That some of the files read are not those that were published; null where all are.</summary>
    public string? Remark { get; private init; }

    /// <summary>SHA-256 over the name and the bytes of each file read, in order: 64 lower-case hexadecimal digits.</summary>
    public string ContentHash { get; }

    public int Classes => 10;

    /// <summary>Reads the files of a folder and checks every record's label.</summary>
    /// <exception cref="DataException">The folder or a needed file is missing, has the wrong size, or holds a label above 9.</exception>
    public static Cifar10Source Open(string folder) => Open(folder, Cifar10Batch.Records);

    /// <summary>Reads files of so many records.</summary>
    internal static Cifar10Source Open(string folder, int records)
    {
        if (!Directory.Exists(folder))
        {
            throw new DataException(
                folder, "there is no such folder", $"data.path names the folder that holds CIFAR-10's .bin files; {DataException.Hint}");
        }

        var names = Cifar10Folder.TrainFiles.Where(name => File.Exists(Path.Combine(folder, name))).ToArray();
        if (names.Length == 0)
        {
            throw new DataException(
                folder, "no training batch is there", $"At least one of {Cifar10Folder.TrainFiles[0]} to {Cifar10Folder.TrainFiles[^1]} is needed; "
                    + DataException.Hint);
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[][] train = [.. names.Select(name => Read(folder, name, records, hash))];
        var test = Read(folder, Cifar10Folder.TestFile, records, hash);
        string[] unofficial = [.. names.Zip(train).Append((Cifar10Folder.TestFile, test)).Where(file => !Cifar10Batch.IsOfficial(file.Item1, file.Item2)).Select(file => file.Item1)];
        return new(records, train, [test], Convert.ToHexStringLower(hash.GetHashAndReset()))
        {
            Remark = new Cifar10Folder(Path.GetFullPath(folder), true, [], [.. unofficial], []).Remark,
        };
    }

    public int Count(DataSplit split) => Files(split).Length * _records;

    public int Label(DataSplit split, int index) => Record(split, index)[0];

    public void CopyPicture(DataSplit split, int index, Span<byte> destination) => Record(split, index)[1..].CopyTo(destination);

    private ReadOnlySpan<byte> Record(DataSplit split, int index) =>
        Files(split)[index / _records].AsSpan(index % _records * Cifar10Batch.RecordBytes, Cifar10Batch.RecordBytes);

    private byte[][] Files(DataSplit split) => split == DataSplit.Train ? _train : _test;

    private static byte[] Read(string folder, string name, int records, IncrementalHash hash)
    {
        var bytes = Cifar10Batch.Read(Path.Combine(folder, name), records);
        hash.AppendData(Encoding.UTF8.GetBytes(name));
        hash.AppendData([0]);
        hash.AppendData(bytes);
        return bytes;
    }
}
