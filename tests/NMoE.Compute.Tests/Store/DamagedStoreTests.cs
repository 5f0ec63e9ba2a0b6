using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Compute.Store;

namespace NMoE.Compute.Tests.Store;

/// <summary>Every file of a store has a checksum: what is read is what was written, or nothing.</summary>
public sealed class DamagedStoreTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly JobStore _store;
    private readonly JobRecord _record;

    public DamagedStoreTests()
    {
        _store = new(new(_folder.Path, 1 << 20));
        var output = _store.Put(SafeTensors.Write([new("w", TensorType.F32, [2, 3], Enumerable.Range(0, 24).Select(i => (byte)i).ToArray())]));
        _record = new("code", new("kind", """{"Rate":0.1}""", [output], 7), new([output], ImmutableSortedDictionary<string, double>.Empty.Add("loss", 0.5), [1, -2]));
        _store.PutRecord(_record);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_hurt_record_is_not_there_or_is_the_one_that_was_written() => Hurt("*.json", bytes =>
    {
        if (_store.Find(_record.Key()) is { } read)
            Assert.Equal(Printed(_record), Printed(read));
    });

    [Fact]
    public void A_hurt_blob_is_not_there_or_is_the_one_that_was_written()
    {
        var blob = _record.Result.Outputs[0];
        var good = _store.Read(blob).ToArray();
        Hurt("*.safetensors", _ =>
        {
            if (_store.TryRead(blob) is { } read)
                Assert.Equal(good, read.ToArray());
        });
    }

    [Fact]
    public void A_hurt_note_of_who_made_a_blob_names_its_maker_or_nobody()
    {
        var note = Assert.Single(Directory.GetFiles(Path.Combine(_folder.Path, "producers"), "*", SearchOption.AllDirectories));
        Hurt(note, _ =>
        {
            if (_store.FindProducer(_record.Result.Outputs[0].Hash, "code") is { } read)
                Assert.Equal(Printed(_record), Printed(read));
        });
    }

    [Fact]
    public void Hurt_tensors_are_refused_or_read_within_the_file()
    {
        var whole = SafeTensors.Write([new("a", TensorType.F32, [1, 2], new byte[8]), new("b", TensorType.U8, [3], new byte[] { 7, 8, 9 })]);
        Assert.InRange(
            Damage.Read<SafeTensorsException>(whole, bytes => Assert.All(SafeTensors.Read(bytes), tensor =>
                Assert.Equal(tensor.Shape.Aggregate(tensor.Type.Size(), (size, side) => size * (int)side), tensor.Data.Length))),
            1, Damage.Cases - 1);
    }

    private void Hurt(string pattern, Action<byte[]> look)
    {
        var path = Path.IsPathRooted(pattern) ? pattern : Assert.Single(_folder.Files(pattern));
        var whole = File.ReadAllBytes(path);
        Damage.Read<StoreException>(whole, bytes =>
        {
            File.WriteAllBytes(path, bytes);
            look(bytes);
        });
    }

    private static string Printed(JobRecord record) =>
        $"{record.Key()} {string.Join(',', record.Result.Outputs)} {string.Join(',', record.Result.Metrics)} {string.Join(',', record.Result.Integers)}";
}
