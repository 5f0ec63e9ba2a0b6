using System.Text;
using NMoE.Learning.Data;

namespace NMoE.Learning.Tests.Data;

/// <summary>Data sets that lie in files are read as their formats say, and are the same whatever file they came in.</summary>
public sealed class FileDataTests : IDisposable
{
    private readonly DataFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData("mnist", false, 3)]
    [InlineData("mnist", true, 3)]
    [InlineData("fashion-mnist", true, 9)]
    public void Idx_files_are_read_gzipped_or_not(string name, bool isPacked, int label)
    {
        Idx("train", "t10k", isPacked, 0, label);
        var open = Open(name);
        Assert.Equal((3, 2, 10), (open.Source.Count(DataSplit.Train), open.Source.Count(DataSplit.Test), open.Source.Classes));
        Assert.Equal([label, 0, label], Labels(open, DataSplit.Train));
        Assert.Equal(new(1, 28, 28), open.Source.Shape);
        Assert.Equal([0, 1, 2, 3], Picture(open, DataSplit.Train, 0)[..4]);
        Assert.Equal(name == "mnist" ? Mirroring.Never : Mirroring.Allowed, open.Spec.Form.Traits.Mirror);
    }

    [Fact]
    public void The_content_counts_and_not_how_it_is_packed()
    {
        Idx("train", "t10k", true, 0, 3);
        var packed = Open("mnist").Spec;
        foreach (var file in Directory.GetFiles(_files.Root))
            File.Delete(file);
        Idx("train", "t10k", false, 0, 3);
        Assert.Equal(packed, Open("mnist").Spec);
        Idx("train", "t10k", false, 0, 4);
        Assert.NotEqual(packed.ContentHash, Open("mnist").Spec.ContentHash);
    }

    /// <summary>EMNIST's files hold columns after columns, and the letters count from 1.</summary>
    [Fact]
    public void Letters_of_EMNIST_stand_upright_and_count_from_nought()
    {
        Idx("emnist-letters-train", "emnist-letters-test", true, 1, 26);
        var open = Open("emnist", new() { Emnist = EmnistSplit.Letters });
        Assert.Equal(26, open.Source.Classes);
        Assert.Equal([25, 0, 25], Labels(open, DataSplit.Train));
        var picture = Picture(open, DataSplit.Train, 0);
        Assert.Equal((1, 28), (picture[28], picture[1]));
        Assert.Equal(47, DataSources.Of("emnist").Form(DataReading.None).Classes);
    }

    /// <summary>Mean and deviation of 0, 51 and 255 by hand, over three training pictures of one value each: 102 / 255 = 0.4, and sqrt(mean of squares - mean^2) = 0.432.</summary>
    [Fact]
    public void Mean_and_deviation_are_those_of_the_training_pictures()
    {
        byte[] train = [.. Enumerable.Repeat((byte)0, 784), .. Enumerable.Repeat((byte)51, 784), .. Enumerable.Repeat((byte)255, 784)];
        _files.Put("train-images-idx3-ubyte", DataFiles.Idx([3, 28, 28], train));
        _files.Put("train-labels-idx1-ubyte", DataFiles.Idx([3], [0, 1, 2]));
        _files.Put("t10k-images-idx3-ubyte", DataFiles.Idx([1, 28, 28], [.. Enumerable.Repeat((byte)255, 784)]));
        _files.Put("t10k-labels-idx1-ubyte", DataFiles.Idx([1], [0]));
        var traits = Open("mnist").Spec.Form.Traits;
        Assert.Equal((0.4, 0.432), (traits.Mean[0], traits.Deviation[0]));
    }

    [Theory]
    [InlineData("(4, 2, 3)", 1, 2, 3, "0 1 2 3 4 5")]
    [InlineData("(4, 2, 1, 3)", 3, 2, 1, "0 3 1 4 2 5")]
    [InlineData("(4, 3, 1, 2)", 3, 1, 2, "0 1 2 3 4 5")]
    [InlineData("(4, 1, 3, 2)", 1, 3, 2, "0 1 2 3 4 5")]
    public void Arrays_of_NumPy_are_read_with_channels_first_or_last(string shape, int channels, int height, int width, string first)
    {
        var open = Npz(("x", DataFiles.Npy("|u1", shape, [.. Enumerable.Range(0, 24).Select(value => (byte)value)])), ("y", DataFiles.Npy("<i8", "(4,)", DataFiles.Longs(0, 1, 0, 1))), ("x_test", DataFiles.Npy("|u1", shape, new byte[24])), ("y_test", DataFiles.Npy("<i8", "(4,)", DataFiles.Longs(1, 1, 0, 2))));
        Assert.Equal(new(channels, height, width), open.Source.Shape);
        Assert.Equal(first, string.Join(' ', Picture(open, DataSplit.Train, 0)));
        Assert.Equal((3, 4), (open.Source.Classes, open.Source.Count(DataSplit.Test)));
    }

    [Theory]
    [InlineData("<f4")]
    [InlineData("<f8")]
    public void Real_numbers_from_nought_to_one_are_bytes(string type)
    {
        double[] values = [0, 0.2, 1, 0.5, 0, 0, 0, 0];
        byte[] data = [.. values.SelectMany(value => type == "<f4" ? BitConverter.GetBytes((float)value) : BitConverter.GetBytes(value))];
        var open = Npz(("x", DataFiles.Npy(type, "(2, 2, 2)", data)), ("y", DataFiles.Npy("|u1", "(2,)", [0, 1])), ("x_test", DataFiles.Npy(type, "(2, 2, 2)", data)), ("y_test", DataFiles.Npy("|u1", "(2,)", [0, 1])));
        Assert.Equal([0, 51, 255, 128], Picture(open, DataSplit.Train, 0));
    }

    [Fact]
    public void Whose_pictures_they_are_is_known_by_number_or_name()
    {
        var pictures = ("x", DataFiles.Npy("|u1", "(4, 1, 2)", new byte[8]));
        var labels = ("y", DataFiles.Npy("|u1", "(4,)", [0, 1, 0, 1]));
        var tests = new[] { ("x_test", DataFiles.Npy("|u1", "(1, 1, 2)", new byte[2])), ("y_test", DataFiles.Npy("|u1", "(1,)", [1])) };
        var byNumber = Npz([pictures, labels, .. tests, ("client", DataFiles.Npy("<i8", "(4,)", DataFiles.Longs(10, 9, 10, 2)))]);
        Assert.Equal([2, 1, 2, 0], Enumerable.Range(0, 4).Select(row => byNumber.Source.User(DataSplit.Train, row)));
        Assert.Null(byNumber.Source.User(DataSplit.Test, 0));
        var names = Encoding.UTF32.GetBytes("b\0a\0b\0c\0");
        var byName = Npz([pictures, labels, .. tests, ("client", DataFiles.Npy("<U2", "(4,)", names))]);
        Assert.Equal([1, 0, 1, 2], Enumerable.Range(0, 4).Select(row => byName.Source.User(DataSplit.Train, row)));
    }

    [Fact]
    public void A_folder_has_a_class_a_subfolder_and_the_pixels_of_its_files()
    {
        _files.Put("cat/b.png", DataFiles.Png(2, 3, 0, (y, x) => [(byte)((10 * y) + x)]));
        _files.Put("cat/a.png", DataFiles.Png(2, 3, 2, (_, _) => [7, 7, 7]));
        _files.Put("ant/1.PNG", DataFiles.Png(2, 3, 6, (_, _) => [200, 200, 200, 51]));
        _files.Put("ant/2.png", DataFiles.Png(2, 3, 4, (_, _) => [9, 255]));
        _files.Put("ant/notes.txt", [1]);
        var open = Open("folder");
        Assert.Equal((new PictureShape(1, 2, 3), 2, 2, 2), (open.Source.Shape, open.Source.Classes, open.Source.Count(DataSplit.Train), open.Source.Count(DataSplit.Test)));
        var all = new[] { DataSplit.Train, DataSplit.Test }.SelectMany(split => Enumerable.Range(0, 2).Select(row => DataFiles.Text(open.Source.Label(split, row), ": ", string.Join(' ', Picture(open, split, row))))).Order();
        Assert.Equal(["0: 40 40 40 40 40 40", "0: 9 9 9 9 9 9", "1: 0 1 2 10 11 12", "1: 7 7 7 7 7 7"], all);
        Assert.Contains("1 files that are neither PNG nor JPEG are passed over", open.Remark, StringComparison.Ordinal);
    }

    [Fact]
    public void A_JPEG_has_the_pixels_of_its_one_coefficient()
    {
        _files.Put("train/a/1.jpg", DataFiles.Jpeg());
        _files.Put("train/b/1.jpeg", DataFiles.Jpeg());
        _files.Put("test/b/1.png", DataFiles.Png(8, 8, 0, (_, _) => [5]));
        var open = Open("folder");
        Assert.All(Picture(open, DataSplit.Train, 1), pixel => Assert.Equal(168, pixel));
        Assert.Equal((1, 1), (open.Source.Count(DataSplit.Test), open.Source.Label(DataSplit.Test, 0)));
    }

    /// <summary>A picture of 2 x 4, left half 0 and right half 200, comes to 2 x 2 by hand.</summary>
    [Theory]
    [InlineData(PictureFit.Scale, "0 200 0 200")]
    [InlineData(PictureFit.Pad, "0 200 0 0")]
    [InlineData(PictureFit.Crop, "0 200 0 200")]
    public void A_picture_of_another_size_is_fitted(PictureFit fit, string expected)
    {
        foreach (var name in new[] { "a/1.png", "b/1.png" })
            _files.Put("train/" + name, DataFiles.Png(2, 4, 0, (_, x) => [(byte)(x < 2 ? 0 : 200)]));
        _files.Put("test/a/1.png", DataFiles.Png(2, 2, 0, (y, x) => [(byte)((10 * y) + x)]));
        var open = Open("folder", new() { Size = new(2, 2), Fit = fit });
        Assert.Equal(expected, string.Join(' ', Picture(open, DataSplit.Train, 0)));
        Assert.Equal("0 1 10 11", string.Join(' ', Picture(open, DataSplit.Test, 0)));
    }

    [Fact]
    public void Colours_are_asked_for_or_found()
    {
        _files.Put("train/a/1.png", DataFiles.Png(1, 1, 2, (_, _) => [255, 0, 0]));
        _files.Put("train/b/1.png", DataFiles.Png(1, 1, 0, (_, _) => [10]));
        _files.Put("test/b/1.png", DataFiles.Png(1, 1, 0, (_, _) => [10]));
        Assert.Equal([255, 0, 0], Picture(Open("folder"), DataSplit.Train, 0));
        Assert.Equal([76], Picture(Open("folder", new() { Colour = PictureColour.Grey }), DataSplit.Train, 0));
    }

    [Fact]
    public void The_same_pictures_are_the_same_data_from_a_folder_and_from_an_array()
    {
        foreach (var label in Enumerable.Range(0, 3))
        {
            foreach (var number in Enumerable.Range(0, 10))
                _files.Put(DataFiles.Text("p/class", label, "/", number, ".png"), DataFiles.Png(2, 2, 0, (y, x) => [(byte)((20 * label) + number + (2 * y) + x)]));
        }

        byte[] pictures = [.. from label in Enumerable.Range(0, 3) from number in Enumerable.Range(0, 10) from pixel in Enumerable.Range(0, 4) select (byte)((20 * label) + number + pixel)];
        var array = Npz(("x", DataFiles.Npy("|u1", "(30, 2, 2)", pictures)), ("y", DataFiles.Npy("<i8", "(30,)", DataFiles.Longs(Enumerable.Range(0, 30).Select(row => (long)(row / 10))))));
        var folder = DataSources.Of("folder").Open(_files.PathOf("p"), 0, DataReading.None);
        Assert.Equal((24, 6), (array.Source.Count(DataSplit.Train), array.Source.Count(DataSplit.Test)));
        Assert.Equal([2, 2, 2], Enumerable.Range(0, 3).Select(label => Labels(array, DataSplit.Test).Count(one => one == label)));
        Assert.Equal(array.Spec.ContentHash, folder.Spec.ContentHash);
        Assert.Equal(array.Spec.Form, folder.Spec.Form);
    }

    [Theory]
    [InlineData(null, 100, 99, 3)]
    [InlineData(Cifar100Labels.Coarse, 20, 7, 3)]
    public void CIFAR_100_has_fine_or_coarse_labels(Cifar100Labels? labels, int classes, int first, int pixel)
    {
        byte[] record = [7, 99, .. Enumerable.Repeat((byte)3, 3072)];
        _files.Put("train.bin", [.. record, .. record]);
        _files.Put("test.bin", record);
        var open = Open("cifar100", new() { Cifar100 = labels });
        Assert.Equal((classes, first, 2, 1), (open.Source.Classes, open.Source.Label(DataSplit.Train, 0), open.Source.Count(DataSplit.Train), open.Source.Count(DataSplit.Test)));
        Assert.All(Picture(open, DataSplit.Train, 1), value => Assert.Equal(pixel, value));
    }

    [Fact]
    public void FEMNIST_is_read_as_LEAF_writes_it()
    {
        var pixels = string.Join(", ", Enumerable.Repeat("1.0", 783).Prepend("0.2"));
        _files.Put("train/all_data_1.json", Encoding.UTF8.GetBytes($$$"""{"users": ["f2", "f1"], "num_samples": [1, 2], "user_data": {"f2": {"x": [[{{{pixels}}}]], "y": [61]}, "f1": {"x": [[{{{pixels}}}], [{{{pixels}}}]], "y": [0, 5] } } }"""));
        _files.Put("test/all_data_1.json", Encoding.UTF8.GetBytes($$$"""{"users": ["f2"], "num_samples": [1], "user_data": {"f2": {"x": [[{{{pixels}}}]], "y": [3] } } }"""));
        var open = Open("femnist");
        Assert.Equal(62, open.Source.Classes);
        Assert.Equal([0, 5, 61], Labels(open, DataSplit.Train));
        Assert.Equal([3], Labels(open, DataSplit.Test));
        Assert.Equal([0, 0, 1], Enumerable.Range(0, 3).Select(row => open.Source.User(DataSplit.Train, row)));
        Assert.Equal(((byte)51, (byte)255, (int?)1), (Picture(open, DataSplit.Train, 0)[0], Picture(open, DataSplit.Train, 0)[1], open.Source.User(DataSplit.Test, 0)));
    }

    private OpenData Open(string name, DataReading? reading = null) => DataSources.Of(name).Open(_files.Root, 0, reading ?? DataReading.None);

    private OpenData Npz(params (string Name, byte[] Array)[] arrays) => DataSources.Of("npz").Open(_files.Put("data.npz", DataFiles.Npz(arrays)), 0, DataReading.None);

    /// <summary>Three training pictures and two for tests, whose pixels count up.</summary>
    private void Idx(string train, string test, bool isPacked, int first, int last)
    {
        byte[] pixels = [.. Enumerable.Range(0, 3 * 784).Select(value => (byte)(value % 784))];
        foreach (var (split, count) in new[] { (train, 3), (test, 2) })
        {
            Put($"{split}-images-idx3-ubyte", DataFiles.Idx([count, 28, 28], pixels[..(count * 784)]));
            Put($"{split}-labels-idx1-ubyte", DataFiles.Idx([count], [.. new[] { (byte)last, (byte)first, (byte)last }[..count]]));
        }

        void Put(string name, byte[] bytes) => _files.Put(isPacked ? name + ".gz" : name, isPacked ? DataFiles.Gzip(bytes) : bytes);
    }

    private static int[] Labels(OpenData open, DataSplit split) => [.. Enumerable.Range(0, open.Source.Count(split)).Select(row => open.Source.Label(split, row))];

    private static byte[] Picture(OpenData open, DataSplit split, int row)
    {
        var picture = new byte[open.Source.Shape.Bytes];
        open.Source.CopyPicture(split, row, picture);
        return picture;
    }
}
