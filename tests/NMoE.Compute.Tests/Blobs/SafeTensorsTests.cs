using System.Buffers.Binary;
using System.Text;
using CsCheck;
using NMoE.Compute.Blobs;

namespace NMoE.Compute.Tests.Blobs;

public sealed class SafeTensorsTests
{
    // Written by hand from the description of the format.
    private const string ReferenceHeader =
        """{"a":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},"b":{"dtype":"U8","shape":[3],"data_offsets":[8,11]}}""";

    private static readonly TensorBlob A = new("a", TensorType.F32, [1, 2], new byte[] { 0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0 });
    private static readonly TensorBlob B = new("b", TensorType.U8, [3], new byte[] { 7, 8, 9 });

    [Fact]
    public void Tensors_are_written_as_the_reference_file_byte_for_byte() =>
        Assert.Equal(Reference(), SafeTensors.Write([B, A]));

    [Fact]
    public void The_reference_file_is_read_by_name()
    {
        var tensors = SafeTensors.Read(Reference());

        Assert.Equal(["a", "b"], tensors.Select(t => t.Name));
        Assert.Equal(-2f, BinaryPrimitives.ReadSingleLittleEndian(tensors["a"].Data.Span[4..]));
        Assert.Equal([7, 8, 9], tensors["b"].Data.ToArray());
        Assert.Contains("a, b", Assert.Throws<SafeTensorsException>(() => tensors["c"]).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_written_is_read_back()
    {
        var tensor =
            from type in Gen.Enum<TensorType>()
            from shape in Gen.Long[0, 4].Array[0, 3]
            from name in Gen.String[Gen.Char.AlphaNumeric, 1, 8]
            from data in Gen.Byte.Array[(int)(type.Size() * shape.Aggregate(1L, (a, b) => a * b))]
            select new TensorBlob(name, type, [.. shape], data);

        tensor.Array[0, 5].Sample(drawn =>
        {
            var tensors = drawn.DistinctBy(t => t.Name).OrderBy(t => t.Name, StringComparer.Ordinal).ToList();
            var read = SafeTensors.Read(SafeTensors.Write(tensors));
            Assert.Equal(tensors.Select(Printed), read.Select(Printed));
        });
    }

    [Fact]
    public void A_changed_file_is_read_or_refused_with_the_typed_error()
    {
        var change =
            from position in Gen.Int[0, Reference().Length - 1]
            from value in Gen.Byte
            select (position, value);

        Gen.Select(change.Array[1, 4], Gen.Int[0, Reference().Length]).Sample((changes, length) =>
        {
            var bytes = Reference();
            foreach (var (position, value) in changes)
                bytes[position] = value;
            Refuses(bytes);
            Refuses(bytes[..length]);
        }, iter: 20_000);
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, "takes 8 bytes")]
    [InlineData("""{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}""", 3, "2 was due")]
    [InlineData("""{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[3,5]}}""", 5, "2 was due")]
    [InlineData("""{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}""", 3, "the file has 3")]
    [InlineData("""{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"a":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}""", 4, "uplicate")]
    [InlineData("""{"a":{"dtype":"U8","shape":[-1],"data_offsets":[0,2]}}""", 2, "impossible shape [-1]")]
    [InlineData("""{"a":{"dtype":"I64","shape":[4611686018427387904,4],"data_offsets":[0,0]}}""", 0, "impossible shape")]
    [InlineData("""{"a":{"dtype":"C64","shape":[1],"data_offsets":[0,8]}}""", 8, "C64")]
    [InlineData("""{"a":{"dtype":"0","shape":[1],"data_offsets":[0,1]}}""", 1, "known are U8")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1.5],"data_offsets":[0,1]}}""", 1, "1.5")]
    [InlineData("""{"a":{"dtype":"U8","shape":["1"],"data_offsets":[0,1]}}""", 1, "header")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1]}}""", 1, "no 'data_offsets'")]
    [InlineData("""{"\ud800":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}""", 1, "header")]
    [InlineData("""[]""", 0, "begin with '{'")]
    public void A_malformed_header_is_refused_with_the_reason(string header, int data, string reason)
    {
        var error = Assert.Throws<SafeTensorsException>(() => SafeTensors.Read(File(header, new byte[data])));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_header_longer_than_the_limit_is_refused_before_it_is_read()
    {
        var bytes = Reference();
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, ulong.MaxValue);
        Assert.Contains("100000000", Assert.Throws<SafeTensorsException>(() => SafeTensors.Read(bytes)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tensors_that_make_no_file_are_refused()
    {
        Assert.Throws<SafeTensorsException>(() => SafeTensors.Write([A, A]));
        Assert.Throws<SafeTensorsException>(() => SafeTensors.Write([B with { Shape = [4] }]));
        Assert.Throws<SafeTensorsException>(() => SafeTensors.Write([B with { Name = "__metadata__" }]));
        Assert.Throws<SafeTensorsException>(() => SafeTensors.Write([B with { Name = "\ud800" }]));
    }

    private static void Refuses(byte[] bytes)
    {
        try
        {
            _ = SafeTensors.Read(bytes);
        }
        catch (SafeTensorsException)
        {
            // The only error that may come out.
        }
    }

    private static byte[] Reference()
    {
        var header = ReferenceHeader.PadRight((ReferenceHeader.Length + 7) / 8 * 8);
        return File(header, [0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0, 7, 8, 9]);
    }

    private static byte[] File(string header, byte[] data)
    {
        var length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        return [.. length, .. Encoding.UTF8.GetBytes(header), .. data];
    }

    private static string Printed(TensorBlob tensor) =>
        $"{tensor.Name} {tensor.Type} [{string.Join(",", tensor.Shape)}] {Convert.ToHexString(tensor.Data.Span)}";
}
