using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace NMoE;

/// <summary>Files of data sets, written by the letter of their formats and not by the code under test.</summary>
internal sealed class DataFiles : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("nmoe-data-");

    public string Root => _folder.FullName;

    public string PathOf(string name) => Path.Combine(Root, name);

    public string Put(string name, byte[] bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(name))!);
        File.WriteAllBytes(PathOf(name), bytes);
        return PathOf(name);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>IDX: 0, 0, type 8 (bytes), dimensions, sizes of four bytes with the largest first, data.</summary>
    public static byte[] Idx(int[] sizes, byte[] data)
    {
        var header = new byte[4 + (4 * sizes.Length)];
        (header[2], header[3]) = (8, (byte)sizes.Length);
        for (var place = 0; place < sizes.Length; place++)
            BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4 + (4 * place)), sizes[place]);
        return [.. header, .. data];
    }

    public static byte[] Gzip(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var stream = new GZipStream(packed, CompressionLevel.Fastest))
            stream.Write(bytes);
        return packed.ToArray();
    }

    /// <summary>NumPy's format 1.0: magic, version, length of the header, the header padded to 64 bytes, data.</summary>
    public static byte[] Npy(string type, string shape, byte[] data, string order = "False")
    {
        var header = $"{{'descr': '{type}', 'fortran_order': {order}, 'shape': {shape}, }}";
        header = header.PadRight(((10 + header.Length + 64) / 64 * 64) - 11) + "\n";
        var length = new byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(length, (ushort)header.Length);
        return [0x93, .. "NUMPY"u8, 1, 0, .. length, .. Encoding.ASCII.GetBytes(header), .. data];
    }

    public static byte[] Npz(params (string Name, byte[] Array)[] arrays)
    {
        using var packed = new MemoryStream();
        using (var archive = new ZipArchive(packed, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, array) in arrays)
            {
                using var entry = archive.CreateEntry(name + ".npy").Open();
                entry.Write(array);
            }
        }

        return packed.ToArray();
    }

    public static byte[] Longs(params IEnumerable<long> numbers) => [.. numbers.SelectMany(BitConverter.GetBytes)];

    /// <summary>PNG (ISO 15948) of 8 bits: colour type 0 grey, 2 colours, 4 grey and opacity, 6 colours and opacity; each row begins with the filter 0.</summary>
    public static byte[] Png(int height, int width, byte colourType, Func<int, int, byte[]> pixel)
    {
        var rows = Enumerable.Range(0, height).SelectMany(y => Enumerable.Range(0, width).SelectMany(x => pixel(y, x)).Prepend((byte)0)).ToArray();
        using var packed = new MemoryStream();
        using (var stream = new ZLibStream(packed, CompressionLevel.Optimal))
            stream.Write(rows);
        return [0x89, .. "PNG"u8, 13, 10, 26, 10, .. Chunk("IHDR", [.. Big(width), .. Big(height), 8, colourType, 0, 0, 0]), .. Chunk("IDAT", packed.ToArray()), .. Chunk("IEND", [])];
    }

    /// <summary>A baseline JPEG of one grey block of 8 x 8: quantised by 8 throughout, its only coefficient is 40, so that each pixel is 128 + 40 * 8 / 8 = 168.</summary>
    public static byte[] Jpeg() =>
    [
        0xFF, 0xD8,
        0xFF, 0xDB, 0, 67, 0, .. Enumerable.Repeat((byte)8, 64),
        0xFF, 0xC0, 0, 11, 8, 0, 8, 0, 8, 1, 1, 0x11, 0,
        0xFF, 0xC4, 0, 20, 0x00, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 6,
        0xFF, 0xC4, 0, 20, 0x10, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0,
        0x50,
        0xFF, 0xD9,
    ];

    private static byte[] Big(int number)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        return bytes;
    }

    private static byte[] Chunk(string type, byte[] data)
    {
        byte[] content = [.. Encoding.ASCII.GetBytes(type), .. data];
        var checksum = uint.MaxValue;
        foreach (var value in content)
        {
            checksum ^= value;
            for (var bit = 0; bit < 8; bit++)
                checksum = (checksum >> 1) ^ ((checksum & 1) == 0 ? 0 : 0xEDB88320);
        }

        return [.. Big(data.Length), .. content, .. Big((int)~checksum)];
    }

    public static string Text(params object[] parts) => string.Concat(parts.Select(part => Convert.ToString(part, CultureInfo.InvariantCulture)));
}
