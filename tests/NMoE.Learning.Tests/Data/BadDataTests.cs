using System.Text;
using NMoE.Learning.Data;

namespace NMoE.Learning.Tests.Data;

/// <summary>Data that cannot be read is refused in one sentence with the file, the place in it, and what would be right.</summary>
public sealed class BadDataTests : IDisposable
{
    private static readonly byte[] s_pictures = DataFiles.Idx([2, 28, 28], new byte[2 * 784]);
    private static readonly byte[] s_labels = DataFiles.Idx([2], [0, 9]);
    private static readonly byte[] s_x = DataFiles.Npy("|u1", "(2, 3, 3)", new byte[18]);
    private static readonly byte[] s_y = DataFiles.Npy("|u1", "(2,)", [0, 1]);
    private static readonly byte[] s_png = DataFiles.Png(4, 4, 0, (y, x) => [(byte)((40 * y) + x)]);
    private readonly DataFiles _files = new();

    public static TheoryData<string, byte[]?, string> Idx { get; } = new()
    {
        { "train-images-idx3-ubyte", null, "train-images-idx3-ubyte: the file is missing, and so is the gzipped one." },
        { "train-images-idx3-ubyte", s_pictures[..^1], "train-images-idx3-ubyte: the file is cut short: it has 1583 bytes unpacked, and its header asks for 1584 (2 x 28 x 28)." },
        { "train-images-idx3-ubyte", [.. s_pictures, 1], "the file is too long: it has 1585 bytes unpacked, and its header asks for 1584" },
        { "t10k-images-idx3-ubyte", s_pictures[..9], "t10k-images-idx3-ubyte: the file is cut short: it has 9 bytes, and its header alone has 16." },
        { "train-images-idx3-ubyte", s_labels, "the file is cut short: it has 10 bytes, and its header alone has 16" },
        { "train-labels-idx1-ubyte", s_pictures, "train-labels-idx1-ubyte: it begins with 0x00000803, and labels in IDX begin with 0x00000801" },
        { "train-images-idx3-ubyte", [0, 0, 8, 1, .. s_pictures[4..]], "train-images-idx3-ubyte: it begins with 0x00000801, and pictures in IDX begin with 0x00000803" },
        { "train-labels-idx1-ubyte", DataFiles.Idx([2], [0, 10]), "train-labels-idx1-ubyte: label 1 is 10. mnist's labels are 0 to 9;" },
        { "train-labels-idx1-ubyte", DataFiles.Idx([3], [0, 1, 2]), "it has 3 labels, and train-images-idx3-ubyte has 2 pictures" },
        { "train-images-idx3-ubyte", DataFiles.Idx([2, 14, 14], new byte[2 * 196]), "its pictures are 14 x 14. Those of mnist are 28 x 28;" },
        { "t10k-images-idx3-ubyte.gz", DataFiles.Gzip(s_pictures)[..20], "t10k-images-idx3-ubyte.gz: the file is cut short: it has " },
        { "t10k-images-idx3-ubyte.gz", s_pictures, "t10k-images-idx3-ubyte.gz: it cannot be unpacked" },
    };

    public static TheoryData<byte[], string> Npz { get; } = new()
    {
        { DataFiles.Npz(("x", DataFiles.Npy("|O", "(2,)", [0x80, 4, 0x95])), ("y", s_y)), "data.npz, array 'x': it holds Python objects, which are pickled and can run any code: they are never read." },
        { DataFiles.Npz(("x", s_x), ("y", DataFiles.Npy("|O", "(2,)", []))), "array 'y': it holds Python objects" },
        { DataFiles.Npz(("x", s_x)), "data.npz: it holds no array 'y'." },
        { DataFiles.Npz(("x", s_x), ("y", DataFiles.Npy("|u1", "(3,)", [0, 1, 2]))), "array 'y': it has 3 labels, and there are 2 pictures." },
        { DataFiles.Npz(("x", s_x), ("y", DataFiles.Npy("<i8", "(2,)", DataFiles.Longs(0, -1)))), "array 'y': label 1 is -1." },
        { DataFiles.Npz(("x", s_x), ("y", DataFiles.Npy("<i8", "(2,)", DataFiles.Longs(0, 1024)))), "array 'y': label 1 is 1024. Labels are 0 to C-1, with C at most 1024." },
        { DataFiles.Npz(("x", s_x), ("y", DataFiles.Npy("<i8", "(2,)", DataFiles.Longs(0, 0)))), "array 'y': its largest label is 0." },
        { DataFiles.Npz(("x", s_x), ("y", DataFiles.Npy("<f4", "(2,)", new byte[8]))), "array 'y': it has the shape (2,) and the type <f4." },
        { DataFiles.Npz(("x", DataFiles.Npy("|u1", "(2, 3, 3)", new byte[17])), ("y", s_y)), "array 'x': it has 17 bytes, and 18 are those of (2, 3, 3): it is damaged." },
        { DataFiles.Npz(("x", DataFiles.Npy("|u1", "(2, 9)", new byte[18])), ("y", s_y)), "array 'x': it has the shape (2, 9) and the type |u1." },
        { DataFiles.Npz(("x", DataFiles.Npy(">u2", "(2, 3, 3)", new byte[36])), ("y", s_y)), "array 'x': its type is >u2." },
        { DataFiles.Npz(("x", DataFiles.Npy("<i8", "(2, 1, 1)", DataFiles.Longs(3, 256))), ("y", s_y)), "array 'x': picture 1 has the value 256." },
        { DataFiles.Npz(("x", DataFiles.Npy("<f4", "(2, 1, 1)", [.. BitConverter.GetBytes(1f), .. BitConverter.GetBytes(-0.5f)])), ("y", s_y)), "array 'x': picture 1 has the value -0.5." },
        { DataFiles.Npz(("x", DataFiles.Npy("<f4", "(2, 1, 1)", [.. BitConverter.GetBytes(1f), .. BitConverter.GetBytes(float.NaN)])), ("y", s_y)), "array 'x': picture 1 has the value NaN." },
        { DataFiles.Npz(("x", DataFiles.Npy("|u1", "(2, 3, 3)", new byte[18], "True")), ("y", s_y)), "array 'x': it is in the order of Fortran." },
        { DataFiles.Npz(("x", s_x), ("y", s_y), ("x_test", DataFiles.Npy("|u1", "(2, 3, 4)", new byte[24])), ("y_test", s_y)), "array 'x_test': its pictures are 1 x 3 x 4, and those of x are 1 x 3 x 3." },
        { DataFiles.Npz(("x", s_x), ("y", s_y), ("client", DataFiles.Npy("|u1", "(1,)", [0]))), "array 'client': it has the shape (1,) and the type |u1, and there are 2 pictures." },
        { DataFiles.Npz(("x", [1, 2, 3]), ("y", s_y)), "array 'x': it is no array in NumPy's format." },
        { [1, 2, 3], "data.npz: it cannot be read" },
    };

    public static TheoryData<string, byte[]?, string> Folder { get; } = new()
    {
        { "b", null, "it has one subfolder alone, 'a'. A subfolder for each class is needed, 2 to 1024 of them." },
        { "b/1.png", null, "b: it holds no PNG or JPEG file." },
        { "b/1.png", s_png[..^20], "1.png: it is a damaged PNG: " },
        { "b/1.png", Flipped(s_png, 45), "1.png: it is a damaged PNG: the checksum of the chunk at byte 33 is wrong." },
        { "b/1.png", "GIF89a"u8.ToArray(), "1.png: it is neither PNG nor JPEG, whatever its name says." },
        { "b/2.jpg", DataFiles.Jpeg()[..^2], "2.jpg: it is a damaged JPEG: its end is missing." },
        { "b/2.png", DataFiles.Png(4, 5, 0, (_, _) => [0]), "2.png: it is 4 x 5, and " },
        { "test/c/1.png", s_png, "c: there is no class of this name in train." },
    };

    public static TheoryData<string, string> Json { get; } = new()
    {
        { "{\n\"user_data\": {", "1.json: line 2 is no JSON." },
        { "{}", "1.json: it has no 'user_data'." },
        { """{"user_data": {"f1": {"x": [[0.5]], "y": [1]}}}""", "1.json, user 'f1': picture 0 has not 784 numbers." },
        { """{"user_data": {"f1": {"x": [], "y": [1]}}}""", "user 'f1': it has not as many labels 'y' as pictures 'x'." },
        { """{"user_data": {"f1": {"x": [[PIXELS]], "y": [62]}}}""", "user 'f1': label 0 is 62. Labels are 0 to 61;" },
        { """{"user_data": {"f1": {"x": [[2PIXELS]], "y": [6]}}}""", "user 'f1': picture 0 has the value 20" },
    };

    public void Dispose() => _files.Dispose();

    [Theory]
    [MemberData(nameof(Idx))]
    public void Damaged_IDX_files_are_refused(string name, byte[]? bytes, string message)
    {
        foreach (var split in new[] { "train", "t10k" })
        {
            _files.Put($"{split}-images-idx3-ubyte", s_pictures);
            _files.Put($"{split}-labels-idx1-ubyte", s_labels);
        }

        File.Delete(_files.PathOf(name.Replace(".gz", "", StringComparison.Ordinal)));
        if (bytes is not null)
            _files.Put(name, bytes);
        Refused("mnist", _files.Root, message);
    }

    [Theory]
    [MemberData(nameof(Npz))]
    public void Damaged_arrays_are_refused(byte[] bytes, string message) => Refused("npz", _files.Put("data.npz", bytes), message);

    [Theory]
    [MemberData(nameof(Folder))]
    public void Damaged_folders_are_refused(string name, byte[]? bytes, string message)
    {
        var root = name.StartsWith("test", StringComparison.Ordinal) ? "train/" : "";
        foreach (var label in new[] { "a", "b" })
            _files.Put($"{root}{label}/1.png", s_png);
        if (bytes is not null)
            _files.Put(name, bytes);
        else if (Directory.Exists(_files.PathOf(name)))
            Directory.Delete(_files.PathOf(name), recursive: true);
        else
            File.Delete(_files.PathOf(name));
        Refused("folder", _files.Root, message);
    }

    [Theory]
    [MemberData(nameof(Json))]
    public void Damaged_files_of_LEAF_are_refused(string text, string message)
    {
        _files.Put("1.json", Encoding.UTF8.GetBytes(text.Replace("PIXELS", string.Join(", ", Enumerable.Repeat("0", 784)), StringComparison.Ordinal)));
        Refused("femnist", _files.Root, message);
    }

    [Theory]
    [InlineData(3073, "train.bin: it has 3073 bytes: it is cut short or something else.")]
    [InlineData(0, "train.bin: it has 0 bytes: it is cut short or something else.")]
    public void Damaged_files_of_CIFAR_100_are_refused(int bytes, string message)
    {
        _files.Put("train.bin", new byte[bytes]);
        Refused("cifar100", _files.Root, message);
    }

    [Theory]
    [InlineData("folder", "data.path: it names no folder.")]
    [InlineData("npz", "data.path: it names no file.")]
    public void Own_pictures_need_a_place(string name, string message) => Refused(name, "", message);

    [Theory]
    [InlineData("mnist")]
    [InlineData("emnist")]
    [InlineData("cifar100")]
    [InlineData("femnist")]
    [InlineData("folder")]
    [InlineData("npz")]
    public void A_place_that_is_not_there_is_refused(string name) => Refused(name, _files.PathOf("nowhere"), "nowhere: there is no such " + (name == "npz" ? "file" : "folder"));

    private static void Refused(string name, string path, string message)
    {
        var refused = Assert.Throws<DataException>(() => DataSources.Of(name).Open(path, 0, DataReading.None));
        Assert.Contains(message, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
        Assert.EndsWith(".", refused.Message, StringComparison.Ordinal);
    }

    private static byte[] Flipped(byte[] bytes, int place)
    {
        byte[] other = [.. bytes];
        other[place] ^= 1;
        return other;
    }
}
