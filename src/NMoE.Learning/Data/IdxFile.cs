using System.Buffers.Binary;
using System.IO.Compression;

namespace NMoE.Learning.Data;

/// <summary>A file of bytes in IDX (LeCun's MNIST): two zeros, the type 8, the number of dimensions, each size as a big-endian number of four bytes, and the data; gzipped or not.</summary>
/// <param name="Path">The file.</param>
/// <param name="Sizes">Size of each dimension.</param>
/// <param name="Data">The bytes.</param>
internal sealed record IdxFile(string Path, int[] Sizes, byte[] Data)
{
    private const string Ending = ".gz";
    private const long MostBytes = 2L << 30;

    /// <summary>Reads a file, or the gzipped one of that name.</summary>
    /// <param name="folder">Where it lies.</param>
    /// <param name="name">Its name without <c>.gz</c>.</param>
    /// <param name="dimensions">How many it must have.</param>
    /// <param name="hint">Where to get a good copy.</param>
    /// <exception cref="DataException">It is missing, damaged, or something else.</exception>
    public static IdxFile Read(string folder, string name, int dimensions, string hint)
    {
        var plain = System.IO.Path.Combine(folder, name);
        var path = File.Exists(plain) ? plain : plain + Ending;
        if (!File.Exists(path))
            throw new DataException(plain, "the file is missing, and so is the gzipped one", hint);
        return Parse(path, Bytes(path, hint), dimensions, hint);
    }

    private static IdxFile Parse(string path, byte[] bytes, int dimensions, string hint)
    {
        var header = 4 + (4 * dimensions);
        if (bytes.Length < header)
            throw new DataException(path, FormattableString.Invariant($"the file is cut short: it has {bytes.Length} bytes, and its header alone has {header}"), hint);
        var magic = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        var expected = 0x0800u | (uint)dimensions;
        if (magic != expected)
        {
            throw new DataException(
                path, FormattableString.Invariant($"it begins with 0x{magic:x8}, and {(dimensions == 1 ? "labels" : "pictures")} in IDX begin with 0x{expected:x8} (bytes in {dimensions} dimension{(dimensions == 1 ? "" : "s")})"), hint);
        }

        int[] sizes = [.. Enumerable.Range(1, dimensions).Select(place => BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(4 * place)))];
        if (sizes.Any(size => size < 1))
            throw new DataException(path, FormattableString.Invariant($"its header gives the sizes {string.Join(" x ", sizes)}"), "Each is at least 1; " + hint);
        var needed = header + sizes.Aggregate(1L, (product, size) => product * size);
        return bytes.Length == needed
            ? new(path, sizes, bytes[header..])
            : throw new DataException(
                path,
                FormattableString.Invariant($"the file {(bytes.Length < needed ? "is cut short" : "is too long")}: it has {bytes.Length} bytes unpacked, and its header asks for {needed} ({string.Join(" x ", sizes)})"),
                hint);
    }

    private static byte[] Bytes(string path, string hint)
    {
        try
        {
            if (!path.EndsWith(Ending, StringComparison.Ordinal))
                return File.ReadAllBytes(path);
            using var file = File.OpenRead(path);
            using var plain = new GZipStream(file, CompressionMode.Decompress);
            using var all = new MemoryStream();
            var buffer = new byte[1 << 16];
            int read;
            while ((read = plain.Read(buffer)) > 0)
            {
                if (all.Length + read > MostBytes)
                    throw new DataException(path, "it unpacks to more than 2 GiB", hint);
                all.Write(buffer, 0, read);
            }

            return all.ToArray();
        }
        catch (InvalidDataException e)
        {
            throw new DataException(path, $"it cannot be unpacked: {e.Message.TrimEnd('.')}", hint, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException(path, $"the file cannot be read: {e.Message.TrimEnd('.')}", hint, e);
        }
    }
}
