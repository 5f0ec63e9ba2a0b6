using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using NMoE.Compute.Blobs;

namespace NMoE.Compute.Store;

/// <summary>
/// Results on disk: records of jobs, kept for ever, and their blobs, evicted least recently used first. Processes may share one:
/// files appear whole or not at all, and a blob that another process evicted is made again by its job.
/// <code>records/ab/KEY.json   blobs/ab/HASH.safetensors   producers/ab/HASH.FINGERPRINT   index/   quarantine/   tmp/   lock</code>
/// Neither opening it, nor asking for a record, nor evicting lists folders: it may hold millions of records.
/// </summary>
public sealed class JobStore
{
    private readonly StoreFolder _folder;
    private readonly BlobFiles _blobs;

    /// <summary>Opens a store, making its folder when missing, and removes temporary files older than a day.</summary>
    /// <exception cref="StoreException">The folder cannot be made or written.</exception>
    public JobStore(StoreSettings settings)
        : this(settings, StoreFolder.CreateFile)
    {
    }

    /// <summary>Opens a store whose temporary files are made by <paramref name="create"/>, so that a test can give it a full device.</summary>
    internal JobStore(StoreSettings settings, Func<string, FileStream> create)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(settings.MaxBytes);
        Settings = settings;
        _folder = new(settings, create);
        _blobs = new(_folder, settings);
    }

    /// <summary>What the store was opened with.</summary>
    public StoreSettings Settings { get; }

    /// <summary>The bytes that all blobs take on disk now, those of other processes included.</summary>
    public long BytesUsed => _blobs.Measure();

    /// <summary>Stores a blob. It outlives this process when this returns, and becomes the most recently used. The bytes must not change any more.</summary>
    /// <exception cref="StoreException">The disk is full, or cannot be written.</exception>
    public BlobRef Put(ReadOnlyMemory<byte> bytes) => _blobs.Put(bytes);

    /// <summary>The bytes of a blob, checked against its hash; null when it was evicted, or was damaged and has been set aside.</summary>
    /// <exception cref="StoreException">The file cannot be read, or the reference disagrees with the blob.</exception>
    public ReadOnlyMemory<byte>? TryRead(BlobRef blob) => _blobs.TryRead(blob);

    /// <summary>The bytes of a blob, checked against its hash.</summary>
    /// <exception cref="StoreException">The blob is not there, or cannot be read.</exception>
    public ReadOnlyMemory<byte> Read(BlobRef blob) => TryRead(blob) ?? throw new StoreException(
        StoreFault.BlobMissing, _blobs.PathOf(blob.Hash),
        $"The blob '{_blobs.PathOf(blob.Hash)}' is not in the store: it was evicted or damaged. The executor can make it again.");

    /// <summary>Whether a blob is there. Its bytes are not checked.</summary>
    public bool Contains(BlobHash hash) => _blobs.Contains(hash);

    /// <summary>The most recently used blobs, the last one last. Their bytes are not checked.</summary>
    /// <param name="count">How many at most.</param>
    /// <exception cref="StoreException">The folder cannot be read.</exception>
    public ImmutableArray<BlobRef> Newest(int count) => _blobs.Newest(count);

    /// <summary>Keeps blobs from eviction by this process until the result is disposed, and marks them as used for the others.</summary>
    public IDisposable Pin(IEnumerable<BlobHash> blobs)
    {
        ImmutableArray<BlobHash> pinned = [.. blobs];
        foreach (var blob in pinned)
            _ = _blobs.PathOf(blob);
        foreach (var blob in pinned)
            _blobs.Pin(blob);
        return new PinnedBlobs(_blobs, pinned);
    }

    /// <summary>Remembers a job's result. Its blobs must have been put before.</summary>
    /// <exception cref="StoreException">The disk is full, or cannot be written.</exception>
    public void PutRecord(JobRecord record)
    {
        var key = record.Key();
        foreach (var output in record.Result.Outputs)
            PutProducer(output.Hash, record.Fingerprint, key);
        _folder.Write(RecordPath(key), RecordFormat.Write(record));
    }

    /// <summary>The keys of all records that there are now: who asks for a million jobs looks here first, not a million times on the disk.</summary>
    /// <exception cref="StoreException">The folder cannot be read.</exception>
    public IReadOnlySet<string> Keys()
    {
        var keys = new HashSet<string>(StringComparer.Ordinal);
        StoreFolder.Guard("read", _folder.Records, () =>
        {
            foreach (var file in Directory.EnumerateFiles(_folder.Records, "*.json", SearchOption.AllDirectories))
                keys.Add(Path.GetFileNameWithoutExtension(file));
        });
        return keys;
    }

    /// <summary>The record of a key, checked; null when there is none, or when it was damaged and has been set aside.</summary>
    /// <exception cref="StoreException">The file cannot be read.</exception>
    public JobRecord? Find(string key)
    {
        var path = RecordPath(key);
        var bytes = _folder.Read(path);
        if (bytes is null)
            return null;
        var record = RecordFormat.Read(bytes, key);
        if (record is null)
            _folder.SetAside(path);
        return record;
    }

    /// <summary>The record of the job that first made a blob on machines with this fingerprint, or null.</summary>
    /// <exception cref="StoreException">A file cannot be read.</exception>
    public JobRecord? FindProducer(BlobHash blob, string fingerprint)
    {
        var path = ProducerPath(blob, fingerprint);
        var bytes = _folder.Read(path);
        if (bytes is null)
            return null;
        var key = Encoding.ASCII.GetString(bytes);
        if (IsKey(key))
            return Find(key);
        _folder.SetAside(path);
        return null;
    }

    // The first producer stays: whatever made the blob later may have needed it, as the average of one model does.
    private void PutProducer(BlobHash blob, string fingerprint, string key)
    {
        var path = ProducerPath(blob, fingerprint);
        if (!File.Exists(path))
            _folder.Write(path, Encoding.ASCII.GetBytes(key));
    }

    private string RecordPath(string key) => IsKey(key)
        ? StoreFolder.Spread(_folder.Records, key) + ".json"
        : throw new ArgumentException($"'{key}' is not a job key: 64 lower-case hexadecimal digits.", nameof(key));

    private string ProducerPath(BlobHash blob, string fingerprint)
    {
        _ = _blobs.PathOf(blob);
        var machine = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(fingerprint)))[..16];
        return StoreFolder.Spread(_folder.Producers, $"{blob.Hex}.{machine}");
    }

    private static bool IsKey(string text) => text.Length == 64 && text.All(char.IsAsciiHexDigitLower);

    private sealed class PinnedBlobs(BlobFiles blobs, ImmutableArray<BlobHash> pinned) : IDisposable
    {
        private int _released;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _released, 1) != 0)
                return;
            foreach (var blob in pinned)
                blobs.Unpin(blob);
        }
    }
}
