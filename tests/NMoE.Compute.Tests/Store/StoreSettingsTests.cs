using System.Text;
using NMoE.Compute.Store;

namespace NMoE.Compute.Tests.Store;

/// <summary>What a store does beside keeping files: it keeps the newest blobs in memory.</summary>
public sealed class StoreSettingsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

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
}
