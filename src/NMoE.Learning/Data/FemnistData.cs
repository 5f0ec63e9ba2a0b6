using System.Collections.Immutable;
using System.Text.Json;

namespace NMoE.Learning.Data;

/// <summary>
/// FEMNIST as LEAF (Caldas et al., 2018) writes it: JSON files in <c>train</c> and <c>test</c>, each with <c>users</c> and <c>user_data</c> (784 numbers in [0, 1] a picture, and a class each). Users
/// are clients of the partition <c>natural</c>, in ordinal order of their names.
/// </summary>
internal sealed class FemnistData : IDataSet
{
    private const int Classes = 62;
    private const string Right = "LEAF's preprocess.sh writes files of this form; docs/data.md says how.";
    private static readonly PictureShape s_shape = new(1, 28, 28);

    public string Name => "femnist";

    public DataReading Read(DataReading all) => new() { TestShare = all.TestShare == TestPart.Usual ? null : all.TestShare };

    public PictureForm Form(DataReading reading) => new(s_shape, PictureTraits.Grey(0.9637, 0.1592) with { Mirror = Mirroring.Never }, Classes);

    public OpenData Open(string? folder, ulong seed, DataReading reading)
    {
        var place = string.IsNullOrEmpty(folder) ? DataFolders.Default(Name) : folder;
        if (!Directory.Exists(place))
            throw new DataException(place, "there is no such folder", $"data.path names the folder that holds train and test; {Right}");
        var isSplit = Directory.Exists(Path.Combine(place, "train")) && Directory.Exists(Path.Combine(place, "test"));
        var train = Rows(isSplit ? Path.Combine(place, "train") : place);
        var test = isSplit ? Rows(Path.Combine(place, "test")) : [];
        ImmutableArray<string> users = [.. train.Concat(test).Select(row => row.User).Distinct().Order(StringComparer.Ordinal)];
        var (trained, tested) = (Held(train, users), Held(test, users));
        if (!isSplit)
            (trained, tested) = TestPart.Of(trained, s_shape.Bytes, reading.TestShare ?? TestPart.Usual);
        return new HeldPictures(s_shape, Classes, trained, tested) { Users = users }.Opened(Name, reading, Mirroring.Never);
    }

    private static List<(string User, byte[] Picture, int Label)> Rows(string folder)
    {
        var files = Directory.GetFiles(folder, "*.json").Order(StringComparer.Ordinal).ToArray();
        if (files.Length == 0)
            throw new DataException(folder, "it holds no .json file", Right);
        var rows = files.SelectMany(Read).ToList();
        return [.. rows.OrderBy(row => row.User, StringComparer.Ordinal)];
    }

    private static IEnumerable<(string User, byte[] Picture, int Label)> Read(string path)
    {
        using var document = Parse(path);
        if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("user_data", out var data) || data.ValueKind != JsonValueKind.Object)
            throw new DataException(path, "it has no 'user_data'", Right);
        foreach (var user in data.EnumerateObject())
        {
            var place = $"{path}, user '{user.Name}'";
            if (!user.Value.TryGetProperty("x", out var pictures) || !user.Value.TryGetProperty("y", out var labels) || pictures.GetArrayLength() != labels.GetArrayLength())
                throw new DataException(place, "it has not as many labels 'y' as pictures 'x'", Right);
            var row = 0;
            foreach (var (picture, label) in pictures.EnumerateArray().Zip(labels.EnumerateArray()))
            {
                yield return (user.Name, Picture(place, row, picture), Label(place, row, label));
                row++;
            }
        }
    }

    private static JsonDocument Parse(string path)
    {
        try
        {
            return JsonDocument.Parse(File.ReadAllBytes(path));
        }
        catch (JsonException e)
        {
            throw new DataException(path, FormattableString.Invariant($"line {e.LineNumber + 1} is no JSON"), Right, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException(path, $"the file cannot be read: {e.Message.TrimEnd('.')}", Right, e);
        }
    }

    private static byte[] Picture(string place, int row, JsonElement picture)
    {
        if (picture.ValueKind != JsonValueKind.Array || picture.GetArrayLength() != s_shape.Bytes)
            throw new DataException(place, FormattableString.Invariant($"picture {row} has not {s_shape.Bytes} numbers"), Right);
        return [.. picture.EnumerateArray().Select(value => value.ValueKind == JsonValueKind.Number && value.GetDouble() is >= 0 and <= 1 and var number
            ? (byte)Math.Round(number * byte.MaxValue, MidpointRounding.AwayFromZero)
            : throw new DataException(place, FormattableString.Invariant($"picture {row} has the value {value.GetRawText()}"), $"Values lie in [0, 1]; {Right}"))];
    }

    private static int Label(string place, int row, JsonElement label) => label.ValueKind == JsonValueKind.Number && label.TryGetInt32(out var number) && number is >= 0 and < Classes
        ? number
        : throw new DataException(place, FormattableString.Invariant($"label {row} is {label.GetRawText()}"), FormattableString.Invariant($"Labels are 0 to {Classes - 1}; {Right}"));

    private static HeldSplit Held(List<(string User, byte[] Picture, int Label)> rows, ImmutableArray<string> users)
    {
        var numbers = users.Select((user, number) => (user, number)).ToDictionary(pair => pair.user, pair => pair.number, StringComparer.Ordinal);
        return new([.. rows.SelectMany(row => row.Picture)], [.. rows.Select(row => row.Label)]) { Users = [.. rows.Select(row => numbers[row.User])] };
    }
}
