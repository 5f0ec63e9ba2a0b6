using System.Collections.Frozen;
using System.Security.Cryptography;

namespace NMoE.Learning.Data;

/// <summary>
/// A file of CIFAR-10's binary layout (Krizhevsky 2009): 10 000 records, each one label byte and 3072 picture bytes. Here and nowhere else is judged whether one is whole, for
/// whoever fetches, checks or reads the data.
/// </summary>
public static class Cifar10Batch
{
    /// <summary>Records of a file.</summary>
    public const int Records = 10_000;

    /// <summary>Bytes of a record.</summary>
    public const int RecordBytes = 1 + (3 * 32 * 32);

    // SHA-1 as other libraries publish them: they tell the official files from others, and guard nothing.
    private static readonly FrozenDictionary<string, string> s_official = new Dictionary<string, string>
    {
        ["data_batch_1.bin"] = "aadd24acce27caa71bf4b10992e9e7b2d74c2540",
        ["data_batch_2.bin"] = "c0ba65cce70568cd57b4e03e9ac8d2a5367c1795",
        ["data_batch_3.bin"] = "1dd00a74ab1d17a6e7d73e185b69dbf31242f295",
        ["data_batch_4.bin"] = "aab85764eb3584312d3c7f65fd2fd016e36a258e",
        ["data_batch_5.bin"] = "26e2849e66a845b7f1e4614ae70f4889ae604628",
        ["test_batch.bin"] = "67eb016db431130d61cd03c7ad570b013799c88c",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The bytes of a file, or of what a link of that name leads to.</summary>
    /// <exception cref="DataException">The file is missing or unreadable, has the wrong size, holds a label above 9, or its end was never written.</exception>
    public static byte[] Read(string path) => Read(path, Records);

    /// <summary>As <see cref="Read(string)"/>, of files with so many records.</summary>
    internal static byte[] Read(string path, int records)
    {
        var bytes = ReadFile(path, records);
        for (var record = 0; record < records; record++)
        {
            if (bytes[record * RecordBytes] is var label and > 9)
            {
                throw new DataException(
                    path, FormattableString.Invariant($"record {record} has the label {label}"), $"CIFAR-10's labels are 0 to 9; {DataException.Hint}");
            }
        }

        // A copy that was cut off by a full disk or a power cut has its size, and zeros where nothing was written.
        if (bytes.AsSpan().LastIndexOfAnyExcept((byte)0) is var last && last < bytes.Length - RecordBytes)
        {
            throw new DataException(
                path, FormattableString.Invariant($"the last {bytes.Length - 1 - last} bytes are zero: it is damaged, and these are no pictures"), DataException.Hint);
        }

        return bytes;
    }

    /// <summary>Whether a file has the published bytes.</summary>
    /// <param name="name">Its name without a folder.</param>
    /// <param name="bytes">Its content.</param>
#pragma warning disable CA5350 // Published as SHA-1; nothing is to be kept from anyone.
    public static bool IsOfficial(string name, ReadOnlySpan<byte> bytes) =>
        s_official.TryGetValue(name, out var hash) && Convert.ToHexStringLower(SHA1.HashData(bytes)) == hash;
#pragma warning restore CA5350

    private static byte[] ReadFile(string path, int records)
    {
        try
        {
            // Of a link the length of what it leads to counts.
            using var file = File.OpenHandle(path);
            var length = RandomAccess.GetLength(file);
            if (length != records * RecordBytes)
                throw WrongSize(path, length, records);
            var bytes = new byte[records * RecordBytes];
            var read = 0;
            while (read < records * RecordBytes && RandomAccess.Read(file, bytes.AsSpan(read), read) is var more and > 0)
                read += more;
            return read == records * RecordBytes ? bytes : throw WrongSize(path, read, records);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new DataException(path, "the file is missing", $"The test batch and a training batch are needed; {DataException.Hint}", e);
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
        FormattableString.Invariant($"A batch has {records} records of {RecordBytes} bytes, {records * RecordBytes} in all; {DataException.Hint}"));
}
