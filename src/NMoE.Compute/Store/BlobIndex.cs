using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using NMoE.Compute.Blobs;

namespace NMoE.Compute.Store;

/// <summary>A blob as the index knows it.</summary>
/// <param name="Bytes">Its size.</param>
/// <param name="Used">When it was used last, as far as the index knows; its file may say later.</param>
internal readonly record struct IndexedBlob(long Bytes, DateTime Used);

/// <summary>
/// Which blobs there are, so that no folder of a large store is listed: <c>index/base</c> holds those of the last eviction, and each process that has put blobs since has a log of its own beside it.
/// Names without a file are dropped by evictions. What no log tells of, for its process was killed in that moment or the power was cut, or it was put by an earlier
/// version, is unknown until folders are listed, which the first process that puts a blob does once a week: until then it takes room, and is there to be read.
/// </summary>
#pragma warning disable CA1001 // Its log is open for as long as the process may put blobs, and a store has no end of its own: the system closes it.
internal sealed class BlobIndex(StoreFolder folder)
#pragma warning restore CA1001
{
    private const int HashBytes = 32;
    private const int EntryBytes = HashBytes + (2 * sizeof(long));
    private const string Magic = "nmoe-index-1";
    private static readonly TimeSpan ListedEvery = TimeSpan.FromDays(7);

    private readonly Lock _noting = new();
    private FileStream? _log;

    /// <summary>Notes a blob whose file is there.</summary>
    public void Note(BlobHash hash, long bytes)
    {
        var entry = new byte[EntryBytes];
        Write(entry, hash, new(bytes, DateTime.UtcNow));
        lock (_noting)
        {
            StoreFolder.Guard("write", folder.Index, () =>
            {
                _log ??= new FileStream(Path.Combine(folder.Index, folder.UniqueName("log")), FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
                _log.Write(entry);
            });
        }
    }

    /// <summary>The bytes of all blobs, those written twice at once counted twice; null where folders are to be listed first.</summary>
    public long? Total() => ReadBase() is not { } last ? null : last.Total + Logs().Sum(log => Entries(Unread(log, last)).Sum(entry => entry.Blob.Bytes));

    /// <summary>All blobs, and whether folders were listed for it, as is done where the index cannot tell.</summary>
    /// <param name="list">Lists folders.</param>
    public (Dictionary<BlobHash, IndexedBlob> Blobs, bool IsListed) Read(Func<IEnumerable<(BlobHash Hash, IndexedBlob Blob)>> list)
    {
        var last = ReadBase();

        // Folders tell when a blob was used last, and so come second.
        var noted = Logs().SelectMany(log => Entries(Unread(log, last)));
        var known = new Dictionary<BlobHash, IndexedBlob>((last?.Entries.Length ?? 0) / EntryBytes);
        foreach (var (hash, blob) in last is null ? noted.ToArray().Concat(list()) : Entries(last.Entries).Concat(noted))
            known[hash] = blob;
        return (known, last is null);
    }

    /// <summary>Which logs there are and how long, to be handed to <see cref="Replace"/> by who reads them or lists folders from now on.</summary>
    public ImmutableSortedDictionary<string, long> Mark() => Logs().ToImmutableSortedDictionary(log => Path.GetFileName(log), log => new FileInfo(log).Length / EntryBytes * EntryBytes, StringComparer.Ordinal);

    /// <summary>Writes what there is now, and removes the logs of processes that have ended. By who holds the store's lock.</summary>
    /// <param name="blobs">All blobs.</param>
    /// <param name="read">The logs that are in there.</param>
    /// <param name="isListed">Whether folders were listed for it; else it counts as listed when the last one was.</param>
    public void Replace(IReadOnlyDictionary<BlobHash, IndexedBlob> blobs, ImmutableSortedDictionary<string, long> read, bool isListed)
    {
        var listed = isListed ? DateTime.UtcNow : ReadBase()?.Listed ?? DateTime.UtcNow;
        var entries = new byte[blobs.Count * EntryBytes];
        foreach (var (place, (hash, blob)) in blobs.Index())
            Write(entries.AsSpan(place * EntryBytes, EntryBytes), hash, blob);
        var head = string.Create(
            CultureInfo.InvariantCulture,
            $"{Magic} {Checksum(entries)} {blobs.Values.Sum(blob => blob.Bytes)} {listed.Ticks}{string.Concat(read.Select(log => $" {log.Key}={log.Value}"))}\n");
        folder.Write(Base, [.. Encoding.ASCII.GetBytes(head), .. entries]);
        foreach (var (name, until) in read)
        {
            // What its process noted after it was read stands there alone.
            var log = Path.Combine(folder.Index, name);
            if (HasEnded(log) && new FileInfo(log).Length / EntryBytes * EntryBytes == until)
                File.Delete(log);
        }
    }

    private string Base => Path.Combine(folder.Index, "base");

    private IEnumerable<string> Logs() => Directory.EnumerateFiles(folder.Index, "log.*");

    /// <summary>The system releases the lock of a process that ends, however it ends.</summary>
    private static bool HasEnded(string log)
    {
        try
        {
            new FileStream(log, FileMode.Open, FileAccess.ReadWrite, FileShare.None).Dispose();
            return true;
        }
        catch (Exception e) when (StoreException.IsFileSystemError(e))
        {
            return false;
        }
    }

    private BaseFile? ReadBase()
    {
        var bytes = folder.Read(Base);
        var end = bytes is null ? -1 : Array.IndexOf(bytes, (byte)'\n');
        if (end < 0)
            return null;
        var (words, entries) = (Encoding.ASCII.GetString(bytes!, 0, end).Split(' '), bytes.AsMemory(end + 1));
        if (words is not [Magic, var checksum, var totalWord, var listedWord, .. var logs] || Checksum(entries.Span) != checksum
            || !long.TryParse(totalWord, NumberStyles.None, CultureInfo.InvariantCulture, out var total)
            || !long.TryParse(listedWord, NumberStyles.None, CultureInfo.InvariantCulture, out var listed)
            || DateTime.UtcNow.Ticks - listed > ListedEvery.Ticks)
        {
            return null;
        }

        var read = logs.Select(log => log.Split('=')).ToDictionary(
            log => log[0], log => long.TryParse(log.ElementAtOrDefault(1), NumberStyles.None, CultureInfo.InvariantCulture, out var until) ? until : 0, StringComparer.Ordinal);
        return new(total, new DateTime(listed, DateTimeKind.Utc), entries, read);
    }

    /// <summary>What stands in a log behind what the base holds already; whole entries alone.</summary>
    private static ReadOnlyMemory<byte> Unread(string log, BaseFile? last)
    {
        try
        {
            using var file = new FileStream(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            file.Position = Math.Min(file.Length, last?.Read.GetValueOrDefault(Path.GetFileName(log)) ?? 0);
            var bytes = new byte[(file.Length - file.Position) / EntryBytes * EntryBytes];
            file.ReadExactly(bytes);
            return bytes;
        }
        catch (IOException)
        {
            // Another process has just put it into a new base and removes it; what is summed up twice or not at all is set right by the next eviction.
            return default;
        }
    }

    private static string Checksum(ReadOnlySpan<byte> entries) => Convert.ToHexStringLower(SHA256.HashData(entries));

    private static void Write(Span<byte> entry, BlobHash hash, IndexedBlob blob)
    {
        Convert.FromHexString(hash.Hex, entry, out _, out _);
        BinaryPrimitives.WriteInt64LittleEndian(entry[HashBytes..], blob.Bytes);
        BinaryPrimitives.WriteInt64LittleEndian(entry[(HashBytes + sizeof(long))..], blob.Used.Ticks);
    }

    /// <summary>A torn or zeroed entry names no blob that there is, or has no size; it is passed over.</summary>
    private static IEnumerable<(BlobHash Hash, IndexedBlob Blob)> Entries(ReadOnlyMemory<byte> bytes)
    {
        for (var place = 0; place < bytes.Length; place += EntryBytes)
        {
            var entry = bytes.Span.Slice(place, EntryBytes);
            var (size, ticks) = (BinaryPrimitives.ReadInt64LittleEndian(entry[HashBytes..]), BinaryPrimitives.ReadInt64LittleEndian(entry[(HashBytes + sizeof(long))..]));
            if (size > 0 && ticks > 0 && ticks <= DateTime.MaxValue.Ticks)
                yield return (new BlobHash(Convert.ToHexStringLower(entry[..HashBytes])), new(size, new DateTime(ticks, DateTimeKind.Utc)));
        }
    }

    /// <summary>The index as of the last eviction.</summary>
    /// <param name="Total">Bytes of its blobs.</param>
    /// <param name="Listed">When folders were listed last.</param>
    /// <param name="Entries">Its blobs.</param>
    /// <param name="Read">How much of each log is in it.</param>
    private sealed record BaseFile(long Total, DateTime Listed, ReadOnlyMemory<byte> Entries, IReadOnlyDictionary<string, long> Read);
}
