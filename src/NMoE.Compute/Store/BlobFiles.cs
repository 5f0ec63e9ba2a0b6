using System.Collections.Immutable;
using System.Security.Cryptography;
using NMoE.Compute.Blobs;

namespace NMoE.Compute.Store;

/// <summary>The blobs of a store: named by their SHA-256, checked on every read, evicted least recently used first.</summary>
internal sealed class BlobFiles
{
    private const string Extension = ".safetensors";

    // Free a little more than needed, and look for other processes' blobs once in a while: not at every blob.
    private const int Slack = 16;

    private readonly StoreFolder _folder;
    private readonly long _maxBytes;
    private readonly RecentBlobs _recent;
    private readonly object _evicting = new();
    private readonly object _pinning = new();
    private readonly Dictionary<BlobHash, int> _pins = [];
    private long _bytes;
    private long _written;

    public BlobFiles(StoreFolder folder, StoreSettings settings)
    {
        _folder = folder;
        _maxBytes = settings.MaxBytes;
        _recent = new(settings.RecentBytes);
        _bytes = Measure();
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

        _folder.Write(path, bytes.Span);
        Touch(path);
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
            Interlocked.Add(ref _bytes, -bytes.Length);
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
            .. Files().Select(f => (Blob: new BlobRef(new(Path.GetFileNameWithoutExtension(f.Name)), f.Length), Used: f.LastWriteTimeUtc))
                .OrderByDescending(f => f.Used).Take(count).Select(f => f.Blob).Reverse(),
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
        if (hash.Hex is { Length: 64 } hex && hex.All(char.IsAsciiHexDigitLower))
            return StoreFolder.Spread(_folder.Blobs, hex) + Extension;
        throw new StoreException(
            StoreFault.BadReference, _folder.Blobs, $"'{hash.Hex}' names no blob of '{_folder.Blobs}': a name has 64 lower-case hexadecimal digits.");
    }

    private void Evict(BlobHash newest)
    {
        lock (_evicting)
        {
            using var taken = StoreLock.TryTake(Path.Combine(_folder.Root, "lock"));
            if (taken is null)
                return;
            StoreFolder.Guard("evict blobs of", _folder.Blobs, () => EvictDownTo(_maxBytes - (_maxBytes / Slack), newest));
            Interlocked.Exchange(ref _written, 0);
        }
    }

    private void EvictDownTo(long target, BlobHash newest)
    {
        var files = Files().Select(f => (File: f, f.Length, Used: f.LastWriteTimeUtc)).ToList();
        var bytes = files.Sum(f => f.Length);
        if (bytes > _maxBytes)
        {
            foreach (var (file, length, _) in files.OrderBy(f => f.Used).ThenBy(f => f.File.Name, StringComparer.Ordinal))
            {
                if (bytes <= target)
                    break;
                if (TryDelete(file, newest))
                    bytes -= length;
            }
        }

        Interlocked.Exchange(ref _bytes, bytes);
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
