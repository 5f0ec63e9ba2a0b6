using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace NMoE.Learning.Data;

/// <summary>Writes arrays as <c>numpy.load</c> reads them.</summary>
public sealed class NpzFile : IDisposable
{
    private const int Alignment = 64;
    private readonly ZipArchive _archive;

    /// <summary>Begins a file.</summary>
    /// <param name="path">Where; what was there is written over.</param>
    public NpzFile(string path) => _archive = new(new FileStream(path, FileMode.Create), ZipArchiveMode.Create);

    /// <summary>Adds an array of bytes.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="bytes">Its elements.</param>
    /// <param name="shape">Its sizes.</param>
    public void Add(string name, ReadOnlySpan<byte> bytes, params ReadOnlySpan<int> shape) => Write(name, "|u1", bytes, shape);

    /// <summary>Adds an array of whole numbers, [n].</summary>
    /// <param name="name">Its name.</param>
    /// <param name="numbers">Its elements.</param>
    public void Add(string name, IReadOnlyCollection<long> numbers)
    {
        var bytes = new byte[numbers.Count * sizeof(long)];
        foreach (var (place, number) in numbers.Index())
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(place * sizeof(long)), number);
        Write(name, "<i8", bytes, [numbers.Count]);
    }

    /// <inheritdoc/>
    public void Dispose() => _archive.Dispose();

    private void Write(string name, string type, ReadOnlySpan<byte> data, ReadOnlySpan<int> shape)
    {
        var sizes = string.Join(", ", shape.ToArray()) + (shape.Length == 1 ? "," : "");
        var header = $"{{'descr': '{type}', 'fortran_order': False, 'shape': ({sizes}), }}";
        const int prefix = 10;
        header = header.PadRight((((prefix + header.Length) / Alignment) + 1) * Alignment - prefix - 1) + "\n";
        var entry = _archive.CreateEntry(name + ".npy", CompressionLevel.Fastest);

        // The same content is the same file, whenever it is written.
        entry.LastWriteTime = new DateTimeOffset(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);
        using var stream = entry.Open();
        stream.Write([0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, (byte)(header.Length >> 8)]);
        stream.Write(Encoding.ASCII.GetBytes(header));
        stream.Write(data);
    }
}
