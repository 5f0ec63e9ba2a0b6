using Google.Protobuf;
using NMoE.Cluster.Blobs;
using NMoE.Compute.Blobs;
using NMoE.Federation.Protocol;

namespace NMoE.Cluster.Tests.Blobs;

public sealed class BlobFormsTests
{
    private static readonly BlobRef s_blob = new(new BlobHash(new string('a', 64)), 100_000);

    [Fact]
    public void Every_message_comes_back_equal()
    {
        var chunk = new BlobChunk(s_blob.Hash, 65536, MemoryShelf.Bytes(65536, 1));

        Assert.Equal(new BlobWanted(s_blob, 65536, 34464), Back(new BlobWanted(s_blob, 65536, 34464)));
        Assert.Equal(new BlobAbsent(s_blob.Hash), Back(new BlobAbsent(s_blob.Hash)));
        var back = (BlobChunk)Back(chunk);
        Assert.Equal((chunk.Hash, chunk.Offset), (back.Hash, back.Offset));
        Assert.Equal(chunk.Content.ToArray(), back.Content.ToArray());
    }

    [Fact]
    public void A_chunk_at_the_end_of_the_largest_blob_is_within_its_form() =>
        Assert.IsType<BlobChunk>(Back(new BlobChunk(s_blob.Hash, BlobForms.LargestBlob - 65536, new byte[65536])));

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("/etc/passwd/////////////////////")]
    public void A_name_that_is_no_hash_is_refused_or_no_path(string name)
    {
        var wanted = new Cluster.Blobs.Wire.BlobWanted { Sha256 = ByteString.CopyFromUtf8(name), Bytes = 10, Count = 10 };

        if (name.Length != 32)
            Assert.Throws<WireException>(() => Read(0, wanted));
        else
            Assert.All(((BlobWanted)Read(0, wanted)).Blob.Hash.Hex, digit => Assert.Contains(digit, "0123456789abcdef"));
    }

    [Theory]
    [InlineData(10, 0, 0)]
    [InlineData(10, 0, 11)]
    [InlineData(10, 11, 1)]
    [InlineData(10, 5, 6)]
    [InlineData(100_000, 0, 65_537)]
    [InlineData(ulong.MaxValue, 0, 10)]
    [InlineData(10, ulong.MaxValue, 10)]
    [InlineData(10, ulong.MaxValue - 4, 10)]
    public void A_part_that_the_blob_cannot_have_is_refused(ulong bytes, ulong offset, uint count) => Assert.Throws<WireException>(() => Read(
        0, new Cluster.Blobs.Wire.BlobWanted { Sha256 = ByteString.CopyFrom(new byte[32]), Bytes = bytes, Offset = offset, Count = count }));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 65_537)]
    [InlineData(ulong.MaxValue, 10)]
    public void A_part_that_is_no_part_of_any_blob_is_refused(ulong offset, int length) => Assert.Throws<WireException>(() => Read(
        1, new Cluster.Blobs.Wire.BlobChunk { Sha256 = ByteString.CopyFrom(new byte[32]), Offset = offset, Content = ByteString.CopyFrom(new byte[length]) }));

    private static object Read(int form, Google.Protobuf.IMessage message) => BlobForms.All[form].Read(message.ToByteArray());

    private static object Back(object message)
    {
        var form = BlobForms.All.Single(candidate => candidate.Type == message.GetType());
        var bytes = form.Write(message).ToByteArray();
        Assert.True(bytes.Length <= form.MaxBytes);
        return form.Read(bytes);
    }
}
