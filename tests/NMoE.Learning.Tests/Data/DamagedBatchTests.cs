using NMoE.Learning.Data;

namespace NMoE.Learning.Tests.Data;

/// <summary>A batch has no checksum of its own; one that is read has the right size and labels that there are, and what it says is its hash's.</summary>
public sealed class DamagedBatchTests : IDisposable
{
    private const int Records = 4;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("nmoe-damaged-batch-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("data_batch_1.bin")]
    [InlineData("test_batch.bin")]
    public void A_hurt_batch_is_refused_by_name_or_read_byte_for_byte(string name)
    {
        var whole = Enumerable.Range(0, Records * 3073).Select(place => place % 3073 == 0 ? (byte)(place / 3073) : (byte)(place * 7)).ToArray();
        foreach (var file in new[] { "data_batch_1.bin", "test_batch.bin" })
            File.WriteAllBytes(Path.Combine(_folder.FullName, file), whole);
        var split = name == "test_batch.bin" ? DataSplit.Test : DataSplit.Train;
        var good = Cifar10Source.Open(_folder.FullName, Records).ContentHash;
        var path = Path.Combine(_folder.FullName, name);
        var picture = new byte[PictureShape.Cifar.Bytes];
        var refused = Damage.Read<DataException>(
            whole,
            bytes =>
            {
                File.WriteAllBytes(path, bytes);
                var read = Cifar10Source.Open(_folder.FullName, Records);
                Assert.Equal(bytes.AsSpan().SequenceEqual(whole), read.ContentHash == good);
                for (var record = 0; record < Records; record++)
                {
                    Assert.InRange(read.Label(split, record), 0, 9);
                    read.CopyPicture(split, record, picture);
                    Assert.True(bytes.AsSpan((record * 3073) + 1, picture.Length).SequenceEqual(picture));
                }
            },
            path);
        Assert.InRange(refused, 1, Damage.Cases - 1);
    }
}
