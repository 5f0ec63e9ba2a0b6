using System.Collections.Immutable;
using System.Text;
using NMoE.Compute.Store;

namespace NMoE.Compute.Tests.Store;

public sealed class JobStoreTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_blob_is_named_by_its_sha256_and_read_back()
    {
        var store = Open(1000);
        var blob = store.Put("abc"u8.ToArray());

        // FIPS 180-4, example of one block.
        Assert.Equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", blob.Hash.Hex);
        Assert.Equal("abc"u8.ToArray(), store.Read(blob).ToArray());
        Assert.True(store.Contains(blob.Hash));
        Assert.Equal(3, store.BytesUsed);
        Assert.Empty(_folder.Files("new.*"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(50)]
    [InlineData(99)]
    public void A_torn_blob_is_set_aside_and_missing(int bytesLeft)
    {
        var store = Open(1000);
        var blob = store.Put(Bytes(1, 100));
        using (var file = File.OpenWrite(Assert.Single(_folder.Files("*.safetensors"))))
            file.SetLength(bytesLeft);

        Assert.Null(store.TryRead(blob));
        Assert.False(store.Contains(blob.Hash));
        Assert.Equal(bytesLeft, new FileInfo(Assert.Single(Directory.GetFiles(Path.Combine(_folder.Path, "quarantine")))).Length);
        Assert.Equal(StoreFault.BlobMissing, Assert.Throws<StoreException>(() => store.Read(blob)).Fault);
        store.Put(Bytes(1, 100));
        Assert.Equal(Bytes(1, 100), store.Read(blob).ToArray());
    }

    [Fact]
    public void A_record_is_read_back_with_diverged_losses()
    {
        var record = Record(Open(1000), double.NaN, double.NegativeInfinity, 0.1, -0.0);
        Assert.Equal([record.Key()], Open(1000).Keys());
        var read = Open(1000).Find(record.Key());

        Assert.NotNull(read);
        Assert.Equal(record.Job with { Inputs = [] }, read.Job with { Inputs = [] });
        Assert.Equal(record.Job.Inputs, read.Job.Inputs.AsEnumerable());
        Assert.Equal(record.Result.Outputs, read.Result.Outputs.AsEnumerable());
        Assert.Equal(
            record.Result.Metrics.Values.Select(BitConverter.DoubleToInt64Bits), read.Result.Metrics.Values.Select(BitConverter.DoubleToInt64Bits));
        Assert.Equal(record.Result.Integers, read.Result.Integers.AsEnumerable());
    }

    [Fact]
    public void A_record_with_any_byte_changed_is_set_aside()
    {
        var store = Open(1000);
        var record = Record(store, 0.5);
        var path = Assert.Single(_folder.Files("*.json"));
        var good = File.ReadAllBytes(path);
        for (var i = 0; i < good.Length; i++)
        {
            var bad = good.ToArray();
            bad[i] ^= 0x04;
            File.WriteAllBytes(path, bad);
            Assert.Null(store.Find(record.Key()));
            Assert.False(File.Exists(path));
        }

        Assert.Equal(good.Length, Directory.GetFiles(Path.Combine(_folder.Path, "quarantine")).Length);
    }

    [Fact]
    public void A_record_under_another_jobs_name_is_not_taken_for_it()
    {
        var store = Open(1000);
        Record(store, 0.5);
        var other = new string('0', 64);
        Directory.CreateDirectory(Path.Combine(_folder.Path, "records", "00"));
        File.Copy(Assert.Single(_folder.Files("*.json")), Path.Combine(_folder.Path, "records", "00", other + ".json"));

        Assert.Null(store.Find(other));
    }

    [Fact]
    public void The_least_recently_used_blobs_are_evicted_first()
    {
        var store = Open(480);
        var blobs = Enumerable.Range(0, 4).Select(i => store.Put(Bytes(i, 100))).ToList();
        store.Read(blobs[0]);
        var last = store.Put(Bytes(9, 100));

        Assert.Equal([true, false, true, true], blobs.Select(b => store.Contains(b.Hash)));
        Assert.True(store.Contains(last.Hash));
        Assert.Equal(400, store.BytesUsed);
    }

    [Fact]
    public void Pinned_blobs_stay_until_they_are_released()
    {
        var store = Open(250);
        var first = store.Put(Bytes(0, 100));
        using (store.Pin([first.Hash]))
        {
            using (store.Pin([first.Hash]))
                store.Put(Bytes(1, 100));
            store.Put(Bytes(2, 100));
            store.Put(Bytes(3, 100));
            Assert.True(store.Contains(first.Hash));
        }

        store.Put(Bytes(4, 100));
        store.Put(Bytes(5, 100));
        Assert.False(store.Contains(first.Hash));
    }

    [Fact]
    public void A_blob_larger_than_the_limit_stays_while_it_is_the_newest()
    {
        var store = Open(50);
        var blob = store.Put(Bytes(0, 100));
        Assert.True(store.Contains(blob.Hash));
    }

    [Fact]
    public void Records_outlive_their_blobs()
    {
        var store = Open(100);
        var record = Record(store, 0.5);
        store.Put(Bytes(1, 100));

        Assert.False(store.Contains(record.Result.Outputs[0].Hash));
        Assert.NotNull(store.Find(record.Key()));
        Assert.Equal(record.Key(), store.FindProducer(record.Result.Outputs[0].Hash, "code")?.Key());
        Assert.Null(store.FindProducer(record.Result.Outputs[0].Hash, "other code"));
    }

    [Fact]
    public void Stale_temporary_files_are_removed_at_open_and_young_ones_kept()
    {
        Open(100);
        var temp = Path.Combine(_folder.Path, "tmp");
        File.WriteAllText(Path.Combine(temp, "young"), "");
        File.WriteAllText(Path.Combine(temp, "old"), "");
        File.SetLastWriteTimeUtc(Path.Combine(temp, "old"), DateTime.UtcNow.AddHours(-25));
        Open(100);

        Assert.Equal(["young"], Directory.GetFiles(temp).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("../../../../etc/passwd")]
    [InlineData("")]
    [InlineData("BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD")]
    public void A_reference_that_names_no_blob_is_refused(string hex) =>
        Assert.Equal(StoreFault.BadReference, Assert.Throws<StoreException>(() => Open(100).TryRead(new(new(hex), 1))).Fault);

    [Fact]
    public void A_reference_with_a_wrong_size_is_refused()
    {
        var store = Open(100);
        var blob = store.Put(Bytes(1, 10));
        Assert.Contains("has 10", Assert.Throws<StoreException>(() => store.Read(blob with { Bytes = 12 })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_store_inside_a_file_is_refused_with_its_path_and_what_to_do()
    {
        var file = Path.Combine(_folder.Path, "file");
        File.WriteAllText(file, "");
        var error = Assert.Throws<StoreException>(() => new JobStore(new(Path.Combine(file, "store"), 100)));

        Assert.Contains(Path.Combine(file, "store"), error.Message, StringComparison.Ordinal);
        Assert.Contains("compute.store.path", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_store_on_a_file_system_that_takes_no_files_is_refused()
    {
        if (!OperatingSystem.IsLinux())
            return;
        var error = Assert.Throws<StoreException>(() => new JobStore(new("/proc/nmoe-store", 100)));
        Assert.Contains("/proc/nmoe-store", error.Message, StringComparison.Ordinal);
        Assert.Contains("compute.store.path", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_full_disk_is_reported_and_leaves_nothing_half_written()
    {
        if (!OperatingSystem.IsLinux())
            return;
        FileStream Full(string path)
        {
            File.CreateSymbolicLink(path, "/dev/full");
            return new(path, FileMode.Open, FileAccess.Write);
        }

        var store = new JobStore(new(_folder.Path, 1000), Full);
        var error = Assert.Throws<StoreException>(() => store.Put(Bytes(1, 100)));

        Assert.Equal(StoreFault.DiskFull, error.Fault);
        Assert.Contains("the disk is full", error.Message, StringComparison.Ordinal);
        Assert.Equal(["lock"], _folder.Files("*").Select(Path.GetFileName));
        Assert.Equal(0, store.BytesUsed);
    }

    [Fact]
    public void Two_stores_on_one_folder_evict_and_write_side_by_side()
    {
        var stores = new[] { Open(2000), Open(2000) };
        var threads = stores.SelectMany((store, s) => Enumerable.Range(0, 2).Select(t => Hammer(store, s + t))).ToList();
        var errors = threads.Select(t => t.Join()).Where(e => e is not null);

        Assert.Empty(errors);
        Assert.Empty(Directory.GetFiles(Path.Combine(_folder.Path, "quarantine")));
        Assert.Empty(Directory.GetFiles(Path.Combine(_folder.Path, "tmp")));
        stores[0].Put(Bytes(1000, 300));
        Assert.InRange(stores[0].BytesUsed, 300, 2000);
    }

    private sealed record Hammering(Thread Thread, Func<Exception?> Error)
    {
        public Exception? Join()
        {
            Thread.Join();
            return Error();
        }
    }

    private static Hammering Hammer(JobStore store, int offset)
    {
        Exception? error = null;
        var thread = new Thread(() =>
        {
            try
            {
                for (var i = 0; i < 150; i++)
                {
                    var bytes = Bytes((i + offset) % 40, 300);
                    var blob = store.Put(bytes);
                    if (store.TryRead(blob) is { } read)
                        Assert.Equal(bytes, read.ToArray());
                }
            }
            catch (Exception e)
            {
                error = e;
            }
        });
        thread.Start();
        return new(thread, () => error);
    }

    private JobStore Open(long maxBytes) => new(new(_folder.Path, maxBytes));

    private static byte[] Bytes(int seed, int count) => Encoding.ASCII.GetBytes($"{seed},".PadRight(count, '.'));

    private static JobRecord Record(JobStore store, params double[] metrics)
    {
        var output = store.Put(Bytes(0, 100));
        var record = new JobRecord(
            "code",
            new("kind", """{"Rate":0.1}""", [output], ulong.MaxValue),
            new([output], metrics.Select((m, i) => KeyValuePair.Create($"m{i}", m)).ToImmutableSortedDictionary(), [1, -2]));
        store.PutRecord(record);
        return record;
    }
}
