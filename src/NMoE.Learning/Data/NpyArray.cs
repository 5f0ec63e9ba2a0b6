using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;

namespace NMoE.Learning.Data;

/// <summary>An array of NumPy's format (.npy) in an archive: numbers or text, in the order of C. Arrays of objects are pickles, which can run any code, and are never read.</summary>
/// <param name="Place">File and array, for messages.</param>
/// <param name="Type">NumPy's name of its type, as <c>|u1</c> or <c>&lt;f4</c>.</param>
/// <param name="Shape">Sizes.</param>
/// <param name="Data">Its bytes.</param>
internal sealed partial record NpyArray(string Place, string Type, ImmutableArray<int> Shape, byte[] Data)
{
    private const int Prefix = 10;
    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Whether its elements are whole numbers.</summary>
    public bool IsWhole => Type[1] is 'u' or 'i';

    /// <summary>Whether its elements are floating-point numbers.</summary>
    public bool IsReal => Type[1] == 'f';

    /// <summary>Whether its elements are text.</summary>
    public bool IsText => Type[1] == 'U';

    /// <summary>Bytes of an element, which pixel after pixel asks for.</summary>
    private int Size { get; } = int.Parse(Type.AsSpan(2), CultureInfo.InvariantCulture) * (Type[1] == 'U' ? sizeof(int) : 1);

    /// <summary>Reads an array of an archive.</summary>
    /// <exception cref="DataException">It is damaged, or of a type or order that is not read.</exception>
    public static NpyArray Read(string path, ZipArchiveEntry entry)
    {
        var place = $"{path}, array '{entry.Name[..^4]}'";
        if (entry.Length > Array.MaxLength)
            throw new DataException(place, FormattableString.Invariant($"it has {entry.Length} bytes"), FormattableString.Invariant($"At most {Array.MaxLength} are read"));
        using var stream = entry.Open();
        using var all = new MemoryStream((int)entry.Length);
        stream.CopyTo(all);
        return Parse(place, all.ToArray());
    }

    /// <summary>A whole number.</summary>
    public long Whole(int index)
    {
        var at = Data.AsSpan(index * Size, Size);
        return Type switch
        {
            "|u1" => at[0],
            "|i1" => (sbyte)at[0],
            "<u2" => BinaryPrimitives.ReadUInt16LittleEndian(at),
            "<i2" => BinaryPrimitives.ReadInt16LittleEndian(at),
            "<u4" => BinaryPrimitives.ReadUInt32LittleEndian(at),
            "<i4" => BinaryPrimitives.ReadInt32LittleEndian(at),
            "<u8" => (long)Math.Min(BinaryPrimitives.ReadUInt64LittleEndian(at), long.MaxValue),
            _ => BinaryPrimitives.ReadInt64LittleEndian(at),
        };
    }

    /// <summary>A floating-point number.</summary>
    public double Real(int index)
    {
        var at = Data.AsSpan(index * Size, Size);
        return Type == "<f4" ? BinaryPrimitives.ReadSingleLittleEndian(at) : BinaryPrimitives.ReadDoubleLittleEndian(at);
    }

    /// <summary>A text.</summary>
    public string Text(int index) => Encoding.UTF32.GetString(Data.AsSpan(index * Size, Size)).TrimEnd('\0');

    /// <summary>Its shape as NumPy writes it.</summary>
    public string Sizes => $"({string.Join(", ", Shape)}{(Shape.Length == 1 ? "," : "")})";

    private static NpyArray Parse(string place, byte[] bytes)
    {
        const string right = "An array that numpy.savez wrote is needed";
        if (bytes.Length < Prefix + 2 || !bytes.AsSpan().StartsWith(Magic))
            throw new DataException(place, "it is no array in NumPy's format", right);
        var (start, length) = bytes[Magic.Length] == 1
            ? (Prefix, BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(8)))
            : (Prefix + 2, (int)Math.Min(int.MaxValue / 2, BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(8))));
        if (start + length > bytes.Length)
            throw new DataException(place, "it is cut short within its header", right);
        var header = Encoding.UTF8.GetString(bytes, start, length);
        var (type, order, shape) = (TypePart().Match(header), OrderPart().Match(header), ShapePart().Match(header));
        if (type.Success && type.Groups[1].Value is ['|', 'O', ..])
            throw new DataException(place, "it holds Python objects, which are pickled and can run any code: they are never read", "Save numbers, with allow_pickle=False");
        if (!type.Success || !order.Success || !shape.Success || !Known().IsMatch(type.Groups[1].Value))
        {
            throw new DataException(
                place, type.Success ? $"its type is {type.Groups[1].Value}" : "its header cannot be read", "Whole numbers, float32 or float64 in little-endian order are needed, or text for client");
        }

        if (order.Groups[1].Value == "True")
            throw new DataException(place, "it is in the order of Fortran", "Save numpy.ascontiguousarray of it");
        return Sized(place, type.Groups[1].Value, shape.Groups[1].Value, bytes[(start + length)..]);
    }

    private static NpyArray Sized(string place, string type, string sizes, byte[] data)
    {
        long[] shape = [.. sizes.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(size => long.Parse(size, CultureInfo.InvariantCulture))];
        var array = new NpyArray(place, type, [.. shape.Select(size => (int)Math.Min(size, int.MaxValue))], data);
        var needed = shape.Aggregate((Int128)array.Size, (product, size) => product * size);
        return needed == data.Length
            ? array
            : throw new DataException(place, FormattableString.Invariant($"it has {data.Length} bytes, and {needed} are those of {array.Sizes}: it is damaged"), "Save it again");
    }

    [GeneratedRegex("'descr': *'([^']*)'")]
    private static partial Regex TypePart();

    [GeneratedRegex("'fortran_order': *(True|False)")]
    private static partial Regex OrderPart();

    [GeneratedRegex(@"'shape': *\(([0-9, ]{0,100})\)")]
    private static partial Regex ShapePart();

    [GeneratedRegex(@"^(\|[ui]1|<[ui][248]|<f[48]|<U[0-9]{1,4})$")]
    private static partial Regex Known();
}
