using System.Text.Json;
using NMoE.Learning.Data;

namespace NMoE.Processes.Tests;

/// <summary>Pictures of a user's own are looked at, trained on, served and drawn by a configuration file alone.</summary>
public sealed class OwnPicturesSpecs : IDisposable
{
    private const int Classes = 6;
    private const int EachClass = 100;
    private readonly CommandLine _line = new();
    private readonly DataFiles _files = new();

    public void Dispose()
    {
        _line.Dispose();
        _files.Dispose();
    }

    [Fact]
    public void A_folder_of_600_grey_pictures_and_the_same_as_an_array_make_the_same_models()
    {
        var pictures = Drawn();
        var folder = Models($"name = folder, path = \"{Folder(pictures)}\"", "folder");
        var array = Models($"name = npz, path = \"{_files.Put("own.npz", Array(pictures))}\"", "array");

        Assert.Equal(folder, array);
        var changed = pictures[7][0];
        pictures[7][0] = (byte)(changed ^ 1);
        Assert.NotEqual(folder, Models($"name = npz, path = \"{_files.Put("own.npz", Array(pictures))}\"", "changed"));
    }

    [Fact]
    public void They_are_looked_at_and_written_as_what_clients_are_dealt()
    {
        var pictures = Drawn();
        var file = _line.Write("own.conf", Text($"name = folder, path = \"{Folder(pictures)}\""));
        var seen = _line.Run("data", "check", file, "--sheet", _line.PathOf("sheet.png"));

        Assert.Equal((0, ""), (seen.Code, seen.Error));
        Assert.Contains("480 training and 120 test pictures of 1 x 28 x 28, 6 classes", seen.Output, StringComparison.Ordinal);
        Assert.Contains("class      class-5: 80 training, 20 test", seen.Output, StringComparison.Ordinal);
        Assert.Contains("client-2   60 training: 10 of class-0, 10 of class-1", seen.Output, StringComparison.Ordinal);
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], File.ReadAllBytes(_line.PathOf("sheet.png"))[..4]);

        var written = _line.Run("data", "export", file, "--to", _line.PathOf("dealt.npz"));
        Assert.Equal((0, ""), (written.Code, written.Error));
        var dealt = DataSources.Of("npz").Open(_line.PathOf("dealt.npz"), 0, DataReading.None).Source;
        Assert.Equal((180, 36, Classes), (dealt.Count(DataSplit.Train), dealt.Count(DataSplit.Test), dealt.Classes));
        Assert.Equal([60, 60, 60], Enumerable.Range(0, 180).GroupBy(row => dealt.User(DataSplit.Train, row)).Select(own => own.Count()));
        var picture = new byte[784];
        dealt.CopyPicture(DataSplit.Train, 0, picture);
        Assert.Contains(pictures, one => one.AsSpan().SequenceEqual(picture));
    }

    [Theory]
    [InlineData("name = folder", "error: data.path: it names no folder.")]
    [InlineData("name = npz, path = nowhere.npz", "nowhere.npz: there is no such file.")]
    [InlineData("name = generated, train-pictures = 10", "Class 0 needs 18 pictures of the training split, but there are 1 ")]
    public void What_is_wrong_is_said_and_nothing_is_begun(string data, string message)
    {
        foreach (var command in new[] { "run", "data check", "data export" })
        {
            var refused = _line.Run([.. command.Split(' '), _line.Write("own.conf", Text(data))]);
            Assert.Equal(2, refused.Code);
            Assert.Contains(message, refused.Error, StringComparison.Ordinal);
        }

        Assert.False(Directory.Exists(_line.PathOf("runs")));
    }

    private static string Text(string data) => $$"""
        experiment { name = own, clients = 3 }
        data { {{data}}, train-per-client = 60, test-per-client = 12 }
        model { extractor = lenet5-relu, expert = linear }
        extractor { rounds = 2, epochs = 1, batch = 10 }
        expert.epochs = 2
        gate.rounds = 2
        inference.gates = [fedgate, localgate]
        """;

    /// <summary>Runs an experiment; gives its models by name and bytes.</summary>
    private string Models(string data, string place)
    {
        var ended = _line.Run("run", _line.Write("own.conf", Text(data)), "--out", _line.PathOf(place), "--set", $"compute.store.path={_line.PathOf("store-" + place)}");
        Assert.True(ended.Code == 0, ended.Error);
        var run = Assert.Single(Directory.GetDirectories(_line.PathOf(place)));
        Assert.NotEmpty(Directory.GetFiles(run, "*.png", SearchOption.AllDirectories));
        using var manifest = JsonDocument.Parse(File.ReadAllText(Path.Combine(run, "manifest.json")));
        Assert.Equal(64, manifest.RootElement.GetProperty("stateHash").GetString()!.Length);
        return manifest.RootElement.GetProperty("stateHash").GetString() + "\n" + string.Join('\n', Directory.GetFiles(Path.Combine(run, "models")).Order(StringComparer.Ordinal)
            .Select(model => $"{Path.GetFileName(model)} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(model)))}"));
    }

    private static byte[][] Drawn()
    {
        var source = new GeneratedSource(3, new(1, 28, 28), Classes);
        return [.. Enumerable.Range(0, Classes * EachClass).Select(index =>
        {
            var picture = new byte[784];
            source.CopyPicture(DataSplit.Train, (index % EachClass * Classes) + (index / EachClass), picture);
            return picture;
        })];
    }

    private string Folder(byte[][] pictures)
    {
        for (var index = 0; index < pictures.Length; index++)
        {
            var picture = pictures[index];
            _files.Put(FormattableString.Invariant($"own/class-{index / EachClass}/{index % EachClass:D3}.png"), DataFiles.Png(28, 28, 0, (y, x) => [picture[(28 * y) + x]]));
        }

        return _files.PathOf("own");
    }

    private static byte[] Array(byte[][] pictures) => DataFiles.Npz(
        ("x", DataFiles.Npy("|u1", "(600, 28, 28)", [.. pictures.SelectMany(picture => picture)])),
        ("y", DataFiles.Npy("<i8", "(600,)", DataFiles.Longs(Enumerable.Range(0, pictures.Length).Select(index => (long)(index / EachClass))))));
}
