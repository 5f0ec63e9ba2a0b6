using System.Security.Cryptography;
using System.Text;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;

namespace NMoE.Compute.Store;

/// <summary>
/// Remembers jobs and their blobs on disk. Records are kept for ever; blobs beyond the limit are evicted, least recently used first.
/// Safe for several processes at once: files appear by renaming, and whatever is read is checked against its name.
/// </summary>
public sealed class JobStore
{
    private const string BlobSuffix = ".safetensors";
    private static readonly string[] Folders = ["records", "blobs", "producers", "quarantine"];
    private readonly string _root;
    private readonly long _maxBytes;
    private readonly Lock _usage = new();
    private long _bytesUsed;

    /// <summary>Opens a store, and makes its folder where there is none.</summary>
    /// <param name="root">Folder.</param>
    /// <param name="maxBytes">Limit of all blobs together.</param>
    /// <exception cref="StoreException">The folder cannot be written.</exception>
    public JobStore(string root, long maxBytes)
    {
        _root = Path.GetFullPath(root);
        _maxBytes = maxBytes;
        Guard(() =>
        {
            foreach (var folder in Folders)
            {
                Directory.CreateDirectory(Path.Combine(_root, folder));
            }

            RemoveLeftovers();
            AtomicWrite.Write(Path.Combine(_root, "store"), "nmoe-store/1\n"u8);
            _bytesUsed = Blobs().Sum(file => file.Length);
        });
    }

    /// <summary>Folder.</summary>
    public string Folder => _root;

    /// <summary>Bytes of all blobs.</summary>
    public long BytesUsed => Interlocked.Read(ref _bytesUsed);

    /// <summary>The remembered result of a job, or null.</summary>
    public JobResult? Find(string key) => FindRecord(key)?.Result;

    /// <summary>Remembers a result. Its blobs must be stored before.</summary>
    public void Remember(string key, Job job, JobResult result) => Guard(() =>
    {
        foreach (var output in result.Outputs)
        {
            AtomicWrite.Write(Place("producers", output.Hash.Hex, ""), Encoding.ASCII.GetBytes(key));
        }

        AtomicWrite.Write(Place("records", key, ".json"), new StoredRecord(key, job, result).Encode());
    });

    /// <summary>The job that made a blob, or null when no record says.</summary>
    public Job? ProducerOf(BlobHash blob)
    {
        var file = Place("producers", blob.Hex, "");
        return File.Exists(file) ? FindRecord(File.ReadAllText(file))?.Job : null;
    }

    /// <summary>Stores bytes under their hash.</summary>
    public BlobRef Put(ReadOnlyMemory<byte> bytes)
    {
        var blob = new BlobRef(new BlobHash(Convert.ToHexStringLower(SHA256.HashData(bytes.Span))), bytes.Length);
        var file = Place("blobs", blob.Hash.Hex, BlobSuffix);
        if (!IsWhole(file, blob))
        {
            Guard(() => AtomicWrite.Write(file, bytes.Span));
            if (Interlocked.Add(ref _bytesUsed, bytes.Length) > _maxBytes)
            {
                Evict(blob);
            }
        }

        return blob;
    }

    /// <summary>The bytes of a blob, or null when it is not here. Bytes that do not match the name are set aside.</summary>
    public ReadOnlyMemory<byte>? Read(BlobRef blob)
    {
        ArgumentNullException.ThrowIfNull(blob);
        var file = Place("blobs", blob.Hash.Hex, BlobSuffix);
        if (TryReadAll(file) is not { } bytes)
        {
            return null;
        }

        if (Convert.ToHexStringLower(SHA256.HashData(bytes)) != blob.Hash.Hex)
        {
            Quarantine(file);
            return null;
        }

        Touch(file);
        return bytes;
    }

    private StoredRecord? FindRecord(string key)
    {
        var file = Place("records", key, ".json");
        if (TryReadAll(file) is not { } bytes)
        {
            return null;
        }

        var record = StoredRecord.Decode(key, bytes);
        if (record is null)
        {
            Quarantine(file);
        }

        return record;
    }

    private string Place(string folder, string name, string suffix) => Path.Combine(_root, folder, name[..2], name + suffix);

    private static bool IsWhole(string file, BlobRef blob) =>
        TryReadAll(file) is { } bytes && Convert.ToHexStringLower(SHA256.HashData(bytes)) == blob.Hash.Hex;

    private static byte[]? TryReadAll(string file)
    {
        try
        {
            return File.ReadAllBytes(file);
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private void Quarantine(string file) => Guard(() =>
    {
        var aside = Path.Combine(_root, "quarantine", Path.GetFileName(file));
        try
        {
            File.Move(file, aside, overwrite: true);
        }
        catch (FileNotFoundException)
        {
            // Another process set it aside first.
        }
    });

    private static void Touch(string file)
    {
        try
        {
            File.SetLastWriteTimeUtc(file, DateTime.UtcNow);
        }
        catch (FileNotFoundException)
        {
            // Another process evicted it; the bytes are already here.
        }
    }

    private IEnumerable<FileInfo> Blobs() =>
        new DirectoryInfo(Path.Combine(_root, "blobs")).EnumerateFiles("*" + BlobSuffix, SearchOption.AllDirectories);

    private void Evict(BlobRef keep)
    {
        lock (_usage)
        {
            var files = Blobs().OrderBy(file => file.LastWriteTimeUtc).ThenBy(file => file.Name, StringComparer.Ordinal).ToList();
            var used = files.Sum(file => file.Length);
            foreach (var file in files.Where(file => !file.Name.StartsWith(keep.Hash.Hex, StringComparison.Ordinal)))
            {
                if (used <= _maxBytes)
                {
                    break;
                }

                used -= file.Length;
                file.Delete();
            }

            Interlocked.Exchange(ref _bytesUsed, used);
        }
    }

    private void RemoveLeftovers()
    {
        var old = DateTime.UtcNow.AddDays(-1);
        foreach (var file in new DirectoryInfo(_root).EnumerateFiles("*" + AtomicWrite.TemporarySuffix, SearchOption.AllDirectories))
        {
            if (file.LastWriteTimeUtc < old)
            {
                file.Delete();
            }
        }
    }

    private void Guard(Action action)
    {
        try
        {
            action();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StoreException(
                "cannot be written: " + error.Message, _root,
                "Make room there or set compute.store.path to a folder that can be written; what is done is kept.", error);
        }
    }
}
