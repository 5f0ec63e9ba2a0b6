using NMoE.Learning.Data;

namespace NMoE.Learning.Tests.Data;

public sealed class Cifar10SourceTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("nmoe-cifar-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Pictures_and_labels_come_from_the_batches_that_are_there()
    {
        WriteBatch("data_batch_2.bin", firstLabel: 3);
        WriteBatch("data_batch_4.bin", firstLabel: 7);
        WriteBatch("test_batch.bin", firstLabel: 1);

        var source = Cifar10Source.Open(_folder);

        Assert.Equal(20_000, source.Count(DataSplit.Train));
        Assert.Equal(10_000, source.Count(DataSplit.Test));
        Assert.Equal(3, source.Label(DataSplit.Train, 0));
        Assert.Equal(7, source.Label(DataSplit.Train, 10_000));
        Assert.Equal(1, source.Label(DataSplit.Test, 0));
        var picture = new byte[3072];
        source.CopyPicture(DataSplit.Train, 10_001, picture);
        Assert.Equal(Enumerable.Range(0, 3072).Select(i => (byte)(1 + i)), picture);
    }

    [Fact]
    public void The_content_hash_tells_contents_and_file_names_apart()
    {
        WriteBatch("data_batch_1.bin", firstLabel: 3);
        WriteBatch("test_batch.bin", firstLabel: 1);
        var first = Cifar10Source.Open(_folder).ContentHash;
        Assert.Equal(first, Cifar10Source.Open(_folder).ContentHash);

        File.Move(Path.Combine(_folder, "data_batch_1.bin"), Path.Combine(_folder, "data_batch_2.bin"));
        var renamed = Cifar10Source.Open(_folder).ContentHash;
        WriteBatch("data_batch_2.bin", firstLabel: 4);
        var changed = Cifar10Source.Open(_folder).ContentHash;

        Assert.Equal(3, new[] { first, renamed, changed }.Distinct().Count());
    }

    [Fact]
    public void A_truncated_batch_is_refused_with_its_file_name()
    {
        WriteBatch("data_batch_1.bin", firstLabel: 0);
        WriteBatch("test_batch.bin", firstLabel: 0);
        var path = Path.Combine(_folder, "data_batch_1.bin");
        using (var file = File.OpenWrite(path))
            file.SetLength(30_729_999);

        var error = Assert.Throws<DataException>(() => Cifar10Source.Open(_folder));

        Assert.Equal(
            $"{path}: the file is cut short: it has 30729999 bytes. "
                + "A batch has 10000 records of 3073 bytes, 30730000 in all; `nmoe data get cifar10` downloads a good copy.",
            error.Message);
    }

    [Fact]
    public void A_batch_that_is_too_long_is_refused()
    {
        WriteBatch("data_batch_1.bin", firstLabel: 0);
        File.WriteAllBytes(Path.Combine(_folder, "test_batch.bin"), new byte[30_730_001]);
        Assert.Contains("test_batch.bin: the file is too long: it has 30730001 bytes", OpenError(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_label_above_nine_is_refused_with_its_record()
    {
        WriteBatch("data_batch_1.bin", firstLabel: 10);
        WriteBatch("test_batch.bin", firstLabel: 0);
        Assert.Contains("data_batch_1.bin: record 0 has the label 10", OpenError(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_test_batch_is_named()
    {
        WriteBatch("data_batch_1.bin", firstLabel: 0);
        Assert.Contains("test_batch.bin: the file is missing", OpenError(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_folder_is_refused_with_what_it_should_hold()
    {
        Assert.Contains("At least one of data_batch_1.bin to data_batch_5.bin is needed", OpenError(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_folder_says_how_to_get_the_data()
    {
        var error = Assert.Throws<DataException>(() => Cifar10Source.Open(Path.Combine(_folder, "none")));
        Assert.Contains("there is no such folder", error.Message, StringComparison.Ordinal);
        Assert.Contains("`nmoe data get cifar10`", error.Message, StringComparison.Ordinal);
    }

    private string OpenError() => Assert.Throws<DataException>(() => Cifar10Source.Open(_folder)).Message;

    private void WriteBatch(string name, byte firstLabel)
    {
        var bytes = new byte[30_730_000];
        bytes[0] = firstLabel;
        bytes[^1] = 1;
        for (var i = 0; i < 3072; i++)
            bytes[3073 + 1 + i] = (byte)(1 + i);
        File.WriteAllBytes(Path.Combine(_folder, name), bytes);
    }
}
