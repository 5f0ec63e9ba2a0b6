using System.Collections.Immutable;
using System.Security.Cryptography;
using NMoE.Compute.Blobs;

namespace NMoE.Compute.Store;

/// <summary>The blobs of a store: named by their SHA-256, checked on every read, evicted least recently used first by what an index knows.</summary>
internal sealed class BlobFiles
{
    private const string Extension = ".safetensors";

    // Free a little more than needed, and look for other processes' blobs once in a while: not at every blob.
    private const int Slack = 16;
    private const long Unknown = -1;
    private const int Looked = 4;

    private readonly StoreFolder _folder;
    private readonly long _maxBytes;
    private readonly RecentBlobs _recent;
    private readonly BlobIndex _index;
    private readonly object _evicting = new();
    private readonly object _pinning = new();
    private readonly Dictionary<BlobHash, int> _pins = [];
    private long _bytes = Unknown;
    private long _written;

    public BlobFiles(StoreFolder folder, StoreSettings settings)
    {
        _folder = folder;
        _maxBytes = settings.MaxBytes;
        _recent = new(settings.RecentBytes);
        _index = new(folder);
    }

    public BlobRef Put(ReadOnlyMemory<byte> bytes)
    {
        var blob = new BlobRef(new(Convert.ToHexStringLower(SHA256.HashData(bytes.Span))), bytes.Length);
        var path = PathOf(blob.Hash);
        if (new FileInfo(path) is { Exists: true } file && file.Length == bytes.Length)
        {
            Touch(path);
            _recent.Keep(blob.Hash, bytes);
            return blob;
        }

        Count();
        _folder.Write(path, bytes.Span);
        Touch(path);
        _index.Note(blob.Hash, bytes.Length);
        _recent.Keep(blob.Hash, bytes);
        Interlocked.Add(ref _bytes, bytes.Length);
        if (Interlocked.Read(ref _bytes) > _maxBytes || Interlocked.Add(ref _written, bytes.Length) > _maxBytes / Slack)
            Evict(blob.Hash);
        return blob;
    }

    public ReadOnlyMemory<byte>? TryRead(BlobRef blob)
    {
        var path = PathOf(blob.Hash);
        if (_recent.Find(blob) is { } kept)
            return kept;
        var bytes = _folder.Read(path);
        if (bytes is null)
            return null;
        if (Convert.ToHexStringLower(SHA256.HashData(bytes)) != blob.Hash.Hex)
        {
            _folder.SetAside(path);
            return null;
        }

        if (bytes.Length != blob.Bytes)
        {
            throw new StoreException(
                StoreFault.BadReference, path, $"A reference says that the blob '{path}' has {blob.Bytes} bytes; it has {bytes.Length}.");
        }

        Touch(path);
        _recent.Keep(blob.Hash, bytes);
        return bytes;
    }

    public bool Contains(BlobHash hash) => File.Exists(PathOf(hash));

    public ImmutableArray<BlobRef> Newest(int count)
    {
        ImmutableArray<BlobRef> newest = [];
        StoreFolder.Guard("list the blobs of", _folder.Blobs, () => newest =
        [
            // The index knows when they were made; some of those that were made earlier may have been used since.
            .. _index.Read(List).Blobs.OrderByDescending(blob => blob.Value.Used).Take(Looked * count)
                .Select(blob => (Blob: new BlobRef(blob.Key, blob.Value.Bytes), File: new FileInfo(PathOf(blob.Key)))).Where(blob => blob.File.Exists)
                .OrderByDescending(blob => blob.File.LastWriteTimeUtc).Take(count).Select(blob => blob.Blob).Reverse(),
        ]);
        return newest;
    }

    public long Measure()
    {
        var bytes = 0L;
        StoreFolder.Guard("measure", _folder.Blobs, () => bytes = Files().Sum(f => f.Length));
        return bytes;
    }

    public void Pin(BlobHash hash)
    {
        lock (_pinning)
            _pins[hash] = _pins.GetValueOrDefault(hash) + 1;
        Touch(PathOf(hash));
    }

    public void Unpin(BlobHash hash)
    {
        lock (_pinning)
        {
            if (--_pins[hash] == 0)
                _pins.Remove(hash);
        }
    }

    public string PathOf(BlobHash hash)
    {
        if (IsName(hash.Hex))
            return StoreFolder.Spread(_folder.Blobs, hash.Hex) + Extension;
        throw new StoreException(
            StoreFault.BadReference, _folder.Blobs, $"'{hash.Hex}' names no blob of '{_folder.Blobs}': a name has 64 lower-case hexadecimal digits.");
    }

    /// <summary>Finds out once how much there is: who only asks for what is remembered needs not know.</summary>
    private void Count()
    {
        if (Interlocked.Read(ref _bytes) != Unknown)
            return;
        lock (_evicting)
        {
            if (Interlocked.Read(ref _bytes) != Unknown)
                return;
            StoreFolder.Guard("measure", _folder.Blobs, () => Interlocked.Exchange(ref _bytes, _index.Total() ?? Counted()));
        }
    }

    /// <summary>Lists folders for an index that cannot tell.</summary>
    private long Counted()
    {
        using var taken = StoreLock.TryTake(Path.Combine(_folder.Root, "lock"));
        var read = _index.Mark();
        var (blobs, isListed) = _index.Read(List);
        if (taken is not null && isListed)
            _index.Replace(blobs, read, isListed);
        return blobs.Values.Sum(blob => blob.Bytes);
    }

    private void Evict(BlobHash newest)
    {
        lock (_evicting)
        {
            using var taken = StoreLock.TryTake(Path.Combine(_folder.Root, "lock"));
            if (taken is null)
                return;
            StoreFolder.Guard("evict blobs of", _folder.Blobs, () =>
            {
                Interlocked.Exchange(ref _written, 0);
                if (_index.Total() is { } total && total <= _maxBytes)
                {
                    Interlocked.Exchange(ref _bytes, total);
                    return;
                }

                var read = _index.Mark();
                var (blobs, isListed) = _index.Read(List);
                Interlocked.Exchange(ref _bytes, EvictDownTo(_maxBytes - (_maxBytes / Slack), blobs, newest));
                _index.Replace(blobs, read, isListed);
            });
        }
    }

    /// <summary>Deletes the least recently used; of a blob that was used since the index heard of it, its file tells.</summary>
    /// <returns>The bytes that are left.</returns>
    private long EvictDownTo(long target, Dictionary<BlobHash, IndexedBlob> blobs, BlobHash newest)
    {
        var bytes = blobs.Values.Sum(blob => blob.Bytes);
        if (bytes <= _maxBytes)
            return bytes;
        var oldest = new PriorityQueue<BlobHash, (DateTime Used, BlobHash Hash)>(blobs.Select(blob => (blob.Key, (blob.Value.Used, blob.Key))));
        while (bytes > target && oldest.TryDequeue(out var hash, out var order))
        {
            var file = new FileInfo(PathOf(hash));
            if (file.Exists && file.LastWriteTimeUtc > order.Used)
            {
                blobs[hash] = blobs[hash] with { Used = file.LastWriteTimeUtc };
                oldest.Enqueue(hash, (file.LastWriteTimeUtc, hash));
            }
            else if (!file.Exists || TryDelete(file, newest))
            {
                bytes -= blobs[hash].Bytes;
                blobs.Remove(hash);
            }
        }

        return bytes;
    }

    private bool TryDelete(FileInfo file, BlobHash newest)
    {
        var hash = new BlobHash(Path.GetFileNameWithoutExtension(file.Name));
        lock (_pinning)
        {
            if (hash == newest || _pins.ContainsKey(hash))
                return false;
            file.Delete();
            return true;
        }
    }

    private static bool IsName(string? name) => name is { Length: 64 } && name.All(char.IsAsciiHexDigitLower);

    private IEnumerable<(BlobHash Hash, IndexedBlob Blob)> List() =>
        from file in Files()
        let name = Path.GetFileNameWithoutExtension(file.Name)
        where IsName(name)
        select (new BlobHash(name), new IndexedBlob(file.Length, file.LastWriteTimeUtc));

    // A file that another process evicts between the listing and the question for its length has no length.
    private IEnumerable<FileInfo> Files() =>
        new DirectoryInfo(_folder.Blobs).EnumerateFiles("*" + Extension, SearchOption.AllDirectories).Where(f => f.Exists);

    private static void Touch(string path)
    {
        try
        {
            File.SetLastWriteTimeUtc(path, DateTime.UtcNow);
        }
        catch (Exception e) when (StoreException.IsFileSystemError(e))
        {
            // Evicted meanwhile, or another user's file: the order of eviction is a matter of speed only.
        }
    }
}
