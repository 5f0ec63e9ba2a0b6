using NMoE.Learning.Data;

namespace NMoE.Learning.Tests.Data;

/// <summary>What makes a batch a whole one, for all that read the data.</summary>
public sealed class Cifar10BatchTests : IDisposable
{
    private const int Size = 30_730_000;
    private const int Record = 3073;

    private readonly string _folder = Directory.CreateTempSubdirectory("nmoe-batch-").FullName;

    /// <summary>What became of a good batch, and the words that say so; none where it is still good.</summary>
    public static TheoryData<string, string?> Fates { get; } = new()
    {
        { "as it was", null },
        { "a link to it", null },
        { "a link to a link to it", null },
        { "a black last picture of a dog", null },
        { "zeros in all but one byte of the last record", null },
        { "zeros from the last record on", "the last 3073 bytes are zero" },
        { "zeros from the middle on", "the last 15365000 bytes are zero" },
        { "nothing but zeros", "bytes are zero" },
        { "a byte too few", "the file is cut short: it has 30729999 bytes" },
        { "a byte too many", "the file is too long: it has 30730001 bytes" },
        { "empty", "the file is cut short: it has 0 bytes" },
        { "a label of 10 in record 9999", "record 9999 has the label 10" },
        { "shifted by a byte", "has the label" },
        { "a link to nothing", "the file is missing" },
        { "gone", "the file is missing" },
        { "a folder", "the file cannot be read" },
    };

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Fates))]
    public void A_batch_is_whole_or_what_is_wrong_is_said(string fate, string? wrong)
    {
        var path = Path.Combine(_folder, "data_batch_1.bin");
        Make(fate, path);

        var error = Problem(() => Cifar10Batch.Read(path));

        if (wrong is null)
        {
            Assert.Null(error);
            return;
        }

        Assert.Contains(path, error, StringComparison.Ordinal);
        Assert.Contains(wrong, error, StringComparison.Ordinal);
        Assert.Contains("nmoe data get cifar10", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_says_which_batches_are_whole_and_which_are_not_the_official_ones()
    {
        foreach (var name in Cifar10Folder.TrainFiles.Take(3).Append(Cifar10Folder.TestFile))
            File.WriteAllBytes(Path.Combine(_folder, name), Good());
        Make("zeros from the middle on", Path.Combine(_folder, "data_batch_2.bin"));

        var found = Cifar10Folder.Judge(_folder);

        Assert.True(found.IsThere);
        Assert.False(found.IsComplete);
        Assert.Equal(["data_batch_1.bin", "data_batch_3.bin", "test_batch.bin"], found.Whole.ToArray());
        Assert.Equal(found.Whole.ToArray(), found.Unofficial.ToArray());
        Assert.Contains("data_batch_2.bin", Assert.Single(found.Problems), StringComparison.Ordinal);
        Assert.Contains("not the official files (data_batch_1.bin, data_batch_3.bin, test_batch.bin)", found.Remark, StringComparison.Ordinal);
    }

    private static string? Problem(Action read)
    {
        try
        {
            read();
            return null;
        }
        catch (DataException error)
        {
            return error.Message;
        }
    }

    private static byte[] Good()
    {
        var bytes = new byte[Size];
        for (var record = 0; record < 10_000; record++)
        {
            bytes.AsSpan(record * Record, Record).Fill(200);
            bytes[record * Record] = (byte)(record % 10);
        }

        return bytes;
    }

    private void Make(string fate, string path)
    {
        var bytes = Good();
        var last = bytes.AsSpan(Size - Record);
        switch (fate)
        {
            case "a link to it" or "a link to a link to it":
                File.WriteAllBytes(path + ".real", bytes);
                File.CreateSymbolicLink(fate == "a link to it" ? path : path + ".link", path + ".real");
                if (fate != "a link to it")
                    File.CreateSymbolicLink(path, path + ".link");
                return;
            case "a link to nothing":
                File.CreateSymbolicLink(path, path + ".nowhere");
                return;
            case "a folder":
                Directory.CreateDirectory(path);
                return;
            case "gone":
                return;
            case "a black last picture of a dog":
                last.Clear();
                last[0] = 5;
                break;
            case "zeros in all but one byte of the last record":
                last.Clear();
                last[3000] = 1;
                break;
            case "zeros from the last record on":
                last.Clear();
                bytes[Size - Record - 1] = 7;
                break;
            case "zeros from the middle on":
                bytes.AsSpan(Size / 2).Clear();
                break;
            case "nothing but zeros":
                Array.Clear(bytes);
                break;
            case "a byte too few":
                bytes = bytes[..^1];
                break;
            case "a byte too many":
                bytes = [.. bytes, 1];
                break;
            case "empty":
                bytes = [];
                break;
            case "a label of 10 in record 9999":
                last[0] = 10;
                break;
            case "shifted by a byte":
                bytes = [1, .. bytes[..^1]];
                break;
        }

        File.WriteAllBytes(path, bytes);
    }
}
