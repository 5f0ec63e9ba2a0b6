using System.Globalization;
using System.Text;
using NMoE.Compute.Blobs;
using NMoE.Compute.Store;

namespace NMoE.Compute.Tests.Store;

/// <summary>A store knows its blobs without listing folders. A file that nobody has put shows whether they were listed: it counts only then.</summary>
public sealed class BlobIndexTests : IDisposable
{
    private const int Bytes = 100;
    private const int Room = 1000;
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Folders_are_not_listed_once_the_index_is_there_neither_by_this_process_nor_by_the_next()
    {
        Put(Store(), 1, 5);
        PutAlien();
        Put(Store(), 6, 9);
        Assert.Equal(9, Known(1, 9));

        // The tenth makes a thousand, the eleventh more: down to a sixteenth less than the room.
        Put(Store(), 10, 11);
        Assert.Equal((0, 9), (Known(1, 2), Known(3, 11)));
        Assert.True(File.Exists(Alien));
    }

    [Theory]
    [InlineData("gone")]
    [InlineData("empty")]
    [InlineData("cut short")]
    [InlineData("a flipped bit")]
    [InlineData("another version")]
    [InlineData("a week old")]
    public void Folders_are_listed_where_the_index_cannot_tell(string index)
    {
        Put(Store(), 1, 11);
        PutAlien();
        var path = Path.Combine(_folder.Path, "index", "base");
        var bytes = File.ReadAllBytes(path);
        File.Delete(path);
        if (index != "gone")
        {
            File.WriteAllBytes(path, index switch
            {
                "empty" => [],
                "cut short" => bytes[..^1],
                "a flipped bit" => [.. bytes[..^3], (byte)(bytes[^3] ^ 1), .. bytes[^2..]],
                "another version" => [(byte)'x', .. bytes],
                _ => Older(bytes),
            });
        }

        Put(Store(), 12, 12);

        // The alien is older than all, and without it there is one blob more than a sixteenth less than the room.
        Assert.False(File.Exists(Alien));
        Assert.Equal((0, 9), (Known(1, 3), Known(4, 12)));
        Assert.StartsWith("nmoe-index-1 ", File.ReadAllText(path), StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_process_noted_before_it_was_killed_counts_for_the_next_and_a_torn_note_does_not()
    {
        var killed = Store();
        Put(killed, 1, 9);
        var log = Assert.Single(Directory.GetFiles(Path.Combine(_folder.Path, "index"), "log.*"));
        File.AppendAllText(log, "torn");

        Put(Store(), 10, 11);

        Assert.Equal(0, Known(1, 2));
        Assert.Equal(9, Known(3, 11));
        GC.KeepAlive(killed);
    }

    /// <summary>Its process noted a blob after the log was read, and ended before it was taken away.</summary>
    [Fact]
    public void A_log_that_has_grown_since_it_was_read_stays()
    {
        var folder = new StoreFolder(new(_folder.Path, Room), StoreFolder.CreateFile);
        var index = new BlobIndex(folder);
        string[] logs = [Path.Combine(folder.Index, "log.grown"), Path.Combine(folder.Index, "log.ended")];
        foreach (var log in logs)
            File.WriteAllBytes(log, new byte[48]);
        var read = index.Mark();
        File.AppendAllText(logs[0], new string('x', 48));

        index.Replace(new Dictionary<BlobHash, IndexedBlob>(), read, isListed: true);

        Assert.Equal([true, false], logs.Select(File.Exists));
    }

    [Fact]
    public void A_name_whose_file_is_gone_is_the_first_to_make_room()
    {
        Put(Store(), 1, 9);
        for (var number = 1; number <= 5; number++)
            File.Delete(PathOf(number));

        Put(Store(), 10, 14);

        Assert.Equal(9, Known(6, 14));
    }

    [Fact]
    public void The_newest_are_those_used_last()
    {
        var store = Store();
        Put(store, 1, 9);
        File.SetLastWriteTimeUtc(PathOf(2), DateTime.UtcNow.AddMinutes(1));
        Assert.Equal([Hash(9), Hash(2)], store.Newest(2).Select(blob => blob.Hash));
    }

    private JobStore Store() => new(new(_folder.Path, Room));

    private static void Put(JobStore store, int first, int last)
    {
        for (var number = first; number <= last; number++)
            store.Put(Blob(number));
    }

    private static byte[] Blob(int number) => Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture).PadRight(Bytes, '.'));

    private static BlobHash Hash(int number) => new(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Blob(number))));

    private string PathOf(int number) => Path.Combine(_folder.Path, "blobs", Hash(number).Hex[..2], Hash(number).Hex + ".safetensors");

    private int Known(int first, int last) => Enumerable.Range(first, last - first + 1).Count(number => File.Exists(PathOf(number)));

    private string Alien => Path.Combine(_folder.Path, "blobs", "00", new string('0', 64) + ".safetensors");

    /// <summary>Larger than the room, and older than all.</summary>
    private void PutAlien()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Alien)!);
        File.WriteAllBytes(Alien, new byte[2 * Room]);
        File.SetLastWriteTimeUtc(Alien, DateTime.UtcNow.AddDays(-1));
    }

    private static byte[] Older(byte[] bytes)
    {
        var end = Array.IndexOf(bytes, (byte)'\n');
        var words = Encoding.ASCII.GetString(bytes, 0, end).Split(' ');
        words[3] = (long.Parse(words[3], CultureInfo.InvariantCulture) - TimeSpan.FromDays(8).Ticks).ToString(CultureInfo.InvariantCulture);
        return [.. Encoding.ASCII.GetBytes(string.Join(' ', words)), .. bytes[end..]];
    }
}
