using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace NMoE.Learning.Data;

/// <summary>Pictures of one split, in memory.</summary>
/// <param name="Pixels">Picture after picture, channel by channel.</param>
/// <param name="Labels">A class each.</param>
internal sealed record HeldSplit(byte[] Pixels, int[] Labels)
{
    /// <summary>No picture.</summary>
    public static HeldSplit Empty { get; } = new([], []);

    /// <summary>Whose each picture is, by the place of the name among <see cref="HeldPictures.Users"/>; null where that is not known.</summary>
    public int[]? Users { get; init; }

    /// <summary>Some of the pictures, in the order given.</summary>
    public HeldSplit Only(IReadOnlyList<int> rows, int bytes)
    {
        var pixels = new byte[(long)rows.Count * bytes];
        for (var row = 0; row < rows.Count; row++)
            Pixels.AsSpan(rows[row] * bytes, bytes).CopyTo(pixels.AsSpan(row * bytes));
        return new(pixels, [.. rows.Select(row => Labels[row])]) { Users = Users is null ? null : [.. rows.Select(row => Users[row])] };
    }
}

/// <summary>A data set that was read whole. Its content hash follows from pictures, labels and users alone, whatever files they came from.</summary>
internal sealed class HeldPictures : IDataSource
{
    private const int Digits = 4;
    private readonly HeldSplit _train;
    private readonly HeldSplit _test;

    /// <param name="shape">Of every picture.</param>
    /// <param name="classes">Number of classes C.</param>
    /// <param name="train">Training split.</param>
    /// <param name="test">Test split.</param>
    public HeldPictures(PictureShape shape, int classes, HeldSplit train, HeldSplit test) => (Shape, Classes, _train, _test) = (shape, classes, train, test);

    public PictureShape Shape { get; }

    public int Classes { get; }

    /// <summary>What the classes are called, where the files say so.</summary>
    public ImmutableArray<string> ClassNames { get; init; } = [];

    /// <summary>Those whose pictures they are, in the order of their numbers.</summary>
    public ImmutableArray<string> Users { get; init; } = [];

    public int Count(DataSplit split) => Of(split).Labels.Length;

    public int Label(DataSplit split, int index) => Of(split).Labels[index];

    public int? User(DataSplit split, int index) => Of(split).Users?[index];

    public void CopyPicture(DataSplit split, int index, Span<byte> destination) => Of(split).Pixels.AsSpan(index * Shape.Bytes, Shape.Bytes).CopyTo(destination);

    /// <summary>The set as jobs name it, with mean and deviation of its training pictures, rounded to four decimals.</summary>
    /// <param name="name">The data set's name.</param>
    /// <param name="reading">How it was read.</param>
    /// <param name="mirror">Whether its pictures may be mirrored.</param>
    public OpenData Opened(string name, DataReading reading, Mirroring mirror) => new(
        new(name, Hash(), 0) { Reading = reading == DataReading.None ? null : reading, Form = new(Shape, Measured() with { Mirror = mirror }, Classes), Users = UserRows }, this);

    public UserRows? UserRows => _train.Users is null || _test.Users is null ? null : new(Counted(_train.Users), Counted(_test.Users));

    private ImmutableArray<int> Counted(int[] users)
    {
        var rows = new int[Users.Length];
        foreach (var user in users)
            rows[user]++;
        return [.. rows];
    }

    private HeldSplit Of(DataSplit split) => split == DataSplit.Train ? _train : _test;

    private PictureTraits Measured()
    {
        var (mean, deviation) = (ImmutableArray.CreateBuilder<double>(Shape.Channels), ImmutableArray.CreateBuilder<double>(Shape.Channels));
        for (var channel = 0; channel < Shape.Channels; channel++)
        {
            // Whole numbers, so that the order of the sum moves no bit.
            var (sum, squares, count) = (0L, 0L, (double)_train.Labels.Length * Shape.Plane);
            for (var start = channel * Shape.Plane; start < _train.Pixels.Length; start += Shape.Bytes)
            {
                foreach (var value in _train.Pixels.AsSpan(start, Shape.Plane))
                    (sum, squares) = (sum + value, squares + (value * value));
            }

            var average = sum / count;
            var spread = Math.Round(Math.Sqrt(Math.Max(0, (squares / count) - (average * average))) / byte.MaxValue, Digits);
            mean.Add(Math.Round(average / byte.MaxValue, Digits));
            deviation.Add(spread > 0 ? spread : 1);
        }

        return new(mean.ToImmutable(), deviation.ToImmutable());
    }

    private string Hash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(hash, Shape.Channels, Shape.Height, Shape.Width, Classes, Users.Length);
        foreach (var user in Users)
        {
            var name = Encoding.UTF8.GetBytes(user);
            Add(hash, name.Length);
            hash.AppendData(name);
        }

        foreach (var split in new[] { _train, _test })
        {
            Add(hash, split.Labels.Length, split.Users is null ? 0 : 1);
            Add(hash, split.Labels);
            Add(hash, split.Users ?? []);
            hash.AppendData(split.Pixels);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Add(IncrementalHash hash, params ReadOnlySpan<int> numbers)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        foreach (var number in numbers)
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
            hash.AppendData(bytes);
        }
    }
}
