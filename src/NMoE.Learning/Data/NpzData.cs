using System.Collections.Immutable;
using System.Globalization;
using System.IO.Compression;

namespace NMoE.Learning.Data;

/// <summary>
/// An archive of NumPy arrays (.npz): pictures <c>x</c> and labels <c>y</c>; where they are there also <c>x_test</c> and <c>y_test</c>, and <c>client</c> and <c>client_test</c>, whose pictures
/// they are. <c>x</c> is [n, H, W] for grey, or [n, H, W, C] or [n, C, H, W]; whole numbers 0..255, or real ones in [0, 1].
/// </summary>
internal sealed class NpzData : IDataSet
{
    private static readonly string[] s_known = ["x", "y", "client", "x_test", "y_test", "client_test"];

    public string Name => "npz";

    public DataReading Read(DataReading all) => new() { TestShare = all.TestShare == TestPart.Usual ? null : all.TestShare };

    public PictureForm Form(DataReading reading) => new(new(1, 28, 28), PictureTraits.Grey(0.5, 0.25), PictureForm.Cifar10.Classes);

    public OpenData Open(string? folder, ulong seed, DataReading reading)
    {
        if (string.IsNullOrEmpty(folder))
            throw new DataException("data.path", "it names no file", "With data.name = npz it is the path of a .npz file.");
        var arrays = Arrays(folder);
        var (shape, train) = Split(arrays, folder, "", null);
        var test = HeldSplit.Empty;
        if (arrays.ContainsKey("x_test"))
            test = Split(arrays, folder, "_test", shape).Split;
        var users = Users(arrays);
        (train, test) = (train with { Users = Numbers(arrays, "client", users, train) }, test with { Users = Numbers(arrays, "client_test", users, test) });
        if (test.Labels.Length == 0)
            (train, test) = TestPart.Of(train, shape.Bytes, reading.TestShare ?? TestPart.Usual);
        var classes = train.Labels.Concat(test.Labels).Max() + 1;
        return classes is >= PictureForm.FewestClasses and <= PictureForm.MostClasses
            ? new HeldPictures(shape, classes, train, test) { Users = users }.Opened(Name, reading, Mirroring.Allowed)
            : throw new DataException($"{folder}, array 'y'", FormattableString.Invariant($"its largest label is {classes - 1}"), FormattableString.Invariant($"Labels are 0 to C-1, with C in {PictureForm.FewestClasses}..{PictureForm.MostClasses}"));
    }

    private static ImmutableSortedDictionary<string, NpyArray> Arrays(string path)
    {
        try
        {
            using var archive = ZipFile.OpenRead(path);
            var entries = archive.Entries.Where(entry => s_known.Any(name => entry.FullName == name + ".npy")).ToArray();
            foreach (var needed in new[] { "x", "y" })
            {
                if (entries.All(entry => entry.FullName != needed + ".npy"))
                    throw new DataException(path, $"it holds no array '{needed}'", $"Save it with numpy.savez('{System.IO.Path.GetFileName(path)}', x=pictures, y=labels)");
            }

            return entries.ToImmutableSortedDictionary(entry => entry.Name[..^4], entry => NpyArray.Read(path, entry), StringComparer.Ordinal);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new DataException(path, "there is no such file", "data.path names a .npz file", e);
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new DataException(path, $"it cannot be read: {e.Message.TrimEnd('.')}", "A .npz file that numpy.savez wrote is needed", e);
        }
    }

    private static (PictureShape Shape, HeldSplit Split) Split(ImmutableSortedDictionary<string, NpyArray> arrays, string path, string suffix, PictureShape? expected)
    {
        var pictures = arrays["x" + suffix];
        if (!arrays.TryGetValue("y" + suffix, out var labels))
            throw new DataException(path, $"it holds x{suffix} and no y{suffix}", "Each picture needs a label");
        var (shape, channelsLast) = ShapeOf(pictures);
        if (expected is not null && shape != expected)
            throw new DataException(pictures.Place, $"its pictures are {shape}, and those of x are {expected}", "All have one shape");
        if (labels.Shape.Length != 1 || !labels.IsWhole)
            throw new DataException(labels.Place, $"it has the shape {labels.Sizes} and the type {labels.Type}", "One whole number a picture is needed");
        if (labels.Shape[0] != pictures.Shape[0] || labels.Shape[0] == 0)
            throw new DataException(labels.Place, FormattableString.Invariant($"it has {labels.Shape[0]} labels, and there are {pictures.Shape[0]} pictures"), "Both have the same number, at least 1");
        return (shape, new(Pixels(pictures, shape, channelsLast), Labels(labels)));
    }

    private static (PictureShape Shape, bool ChannelsLast) ShapeOf(NpyArray pictures)
    {
        static bool IsColours(int size) => size is 1 or 3;
        var size = pictures.Shape;
        PictureShape? shape = size.Length switch
        {
            3 => new(1, size[1], size[2]),
            4 when IsColours(size[3]) || (!IsColours(size[1]) && size[3] < size[1]) => new(size[3], size[1], size[2]),
            4 => new(size[1], size[2], size[3]),
            _ => null,
        };
        return shape is { IsPossible: true } && (pictures.IsWhole || pictures.IsReal)
            ? (shape, size.Length == 4 && shape.Channels == size[3] && shape.Height == size[1])
            : throw new DataException(
                pictures.Place, $"it has the shape {pictures.Sizes} and the type {pictures.Type}",
                FormattableString.Invariant($"[n, H, W], [n, H, W, C] or [n, C, H, W] is needed, of bytes or of real numbers in [0, 1]; at most {PictureShape.MostSide} rows and columns and {PictureShape.MostChannels} channels"));
    }

    private static byte[] Pixels(NpyArray pictures, PictureShape shape, bool channelsLast)
    {
        var pixels = new byte[(long)pictures.Shape[0] * shape.Bytes];
        for (var at = 0; at < pixels.Length; at++)
        {
            var (picture, rest) = Math.DivRem(at, shape.Bytes);
            var from = channelsLast ? (picture * shape.Bytes) + (rest % shape.Plane * shape.Channels) + (rest / shape.Plane) : at;
            var value = pictures.IsWhole ? pictures.Whole(from) : pictures.Real(from) * byte.MaxValue;
            if (!(value is >= 0 and <= byte.MaxValue))
            {
                throw new DataException(
                    pictures.Place, FormattableString.Invariant($"picture {picture} has the value {(pictures.IsWhole ? value : pictures.Real(from))}"),
                    "Whole numbers lie in 0..255, real ones in [0, 1]; normalise by NMoE, not before");
            }

            pixels[at] = (byte)Math.Round(value, MidpointRounding.AwayFromZero);
        }

        return pixels;
    }

    private static int[] Labels(NpyArray array)
    {
        var labels = new int[array.Shape[0]];
        for (var row = 0; row < labels.Length; row++)
        {
            var label = array.Whole(row);
            labels[row] = label is >= 0 and < PictureForm.MostClasses
                ? (int)label
                : throw new DataException(array.Place, FormattableString.Invariant($"label {row} is {label}"), FormattableString.Invariant($"Labels are 0 to C-1, with C at most {PictureForm.MostClasses}"));
        }

        return labels;
    }

    /// <summary>Names of all users: numbers in their order, text in ordinal order.</summary>
    private static ImmutableArray<string> Users(ImmutableSortedDictionary<string, NpyArray> arrays)
    {
        var named = arrays.Where(pair => pair.Key.StartsWith("client", StringComparison.Ordinal)).SelectMany(pair => Names(pair.Value)).Distinct();
        return [.. named.OrderBy(name => long.TryParse(name, CultureInfo.InvariantCulture, out var number) ? number : long.MaxValue).ThenBy(name => name, StringComparer.Ordinal)];
    }

    private static int[]? Numbers(ImmutableSortedDictionary<string, NpyArray> arrays, string name, ImmutableArray<string> users, HeldSplit split)
    {
        if (!arrays.TryGetValue(name, out var array))
            return null;
        if (array.Shape.Length != 1 || array.Shape[0] != split.Labels.Length || array.IsReal)
            throw new DataException(array.Place, FormattableString.Invariant($"it has the shape {array.Sizes} and the type {array.Type}, and there are {split.Labels.Length} pictures"), "One whole number or text a picture is needed");
        var numbers = users.Select((user, number) => (user, number)).ToDictionary(pair => pair.user, pair => pair.number, StringComparer.Ordinal);
        return [.. Names(array).Select(user => numbers[user])];
    }

    private static IEnumerable<string> Names(NpyArray array) => Enumerable.Range(0, array.Shape is [var count] ? count : 0)
        .Select(row => array.IsText ? array.Text(row) : array.IsReal ? "" : array.Whole(row).ToString(CultureInfo.InvariantCulture));
}
