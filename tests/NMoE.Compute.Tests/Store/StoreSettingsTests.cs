using System.Text;
using NMoE.Compute.Store;

namespace NMoE.Compute.Tests.Store;

/// <summary>What a store does beside keeping files: syncs them or not, and keeps the newest blobs in memory.</summary>
public sealed class StoreSettingsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Each file is flushed as it is written: to the disk where it is to outlive a power cut, and else to the system only.</summary>
    [Theory]
    [InlineData(StoreDurability.PowerLoss, true)]
    [InlineData(StoreDurability.ProcessEnd, false)]
    public void Files_are_synced_where_they_are_to_outlive_a_power_cut(StoreDurability durability, bool synced)
    {
        var flushed = new List<bool>();
        var store = new JobStore(new(_folder.Path, 1000) { Durability = durability }, path => new WatchedFile(path, flushed));
        var blob = store.Put(Bytes(1, 100));
        Assert.Equal([synced], flushed.Distinct());
        Assert.Equal(Bytes(1, 100), new JobStore(new(_folder.Path, 1000)).Read(blob).ToArray());
    }

    /// <summary>Room for two of three: the last two are read though their files are gone, the first is not, and what memory does not hold comes from its file.</summary>
    [Fact]
    public void Recent_blobs_are_read_from_memory_and_others_from_their_files()
    {
        var store = new JobStore(new(_folder.Path, 1000) { RecentBytes = 250 });
        var blobs = Enumerable.Range(1, 3).Select(number => store.Put(Bytes(number, 100))).ToArray();
        Assert.Equal(Bytes(1, 100), store.Read(blobs[0]).ToArray());
        foreach (var file in _folder.Files("*.safetensors"))
            File.Delete(file);
        Assert.Equal([true, false, true], blobs.Select(blob => store.TryRead(blob) is not null));
        Assert.Equal(Bytes(3, 100), store.Read(blobs[2]).ToArray());
        Assert.Equal(Bytes(1, 100), store.Read(blobs[0]).ToArray());
        Assert.Null(new JobStore(new(_folder.Path, 1000)).TryRead(blobs[2]));
    }

    private static byte[] Bytes(int seed, int count) => Encoding.ASCII.GetBytes($"{seed},".PadRight(count, '.'));

    /// <summary>Notes how it is flushed.</summary>
    private sealed class WatchedFile(string path, List<bool> flushed) : FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None)
    {
        public override void Flush(bool flushToDisk)
        {
            flushed.Add(flushToDisk);
            base.Flush(flushToDisk);
        }
    }
}
