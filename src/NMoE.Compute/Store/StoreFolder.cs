namespace NMoE.Compute.Store;

/// <summary>
/// The files of a store. A file is there with all its bytes or not at all: written under a unique name in <c>tmp/</c>,
/// synced, renamed, and its folder synced; nothing is synced where files need not outlive a power cut.
/// </summary>
internal sealed class StoreFolder
{
    private static readonly TimeSpan StaleAfter = TimeSpan.FromDays(1);
    private readonly Func<string, FileStream> _create;
    private readonly bool _isSynced;

    public StoreFolder(StoreSettings settings, Func<string, FileStream> create)
    {
        _create = create;
        _isSynced = settings.Durability == StoreDurability.PowerLoss;
        Root = Path.GetFullPath(settings.Path);
        Guard("make the store", Root, () =>
        {
            foreach (var folder in new[] { Temp, Quarantine, Records, Blobs, Producers })
                Directory.CreateDirectory(folder);
            RemoveStale();
            CheckWritable();
        });
    }

    public string Root { get; }

    public string Records => Path.Combine(Root, "records");

    public string Blobs => Path.Combine(Root, "blobs");

    public string Producers => Path.Combine(Root, "producers");

    public string Quarantine => Path.Combine(Root, "quarantine");

    public string Temp => Path.Combine(Root, "tmp");

    public static FileStream CreateFile(string path) => new(path, FileMode.CreateNew, FileAccess.Write, FileShare.None);

    /// <summary>Files are spread over 256 folders by the first two digits of their name.</summary>
    public static string Spread(string folder, string name) => Path.Combine(folder, name[..2], name);

    /// <summary>Writes a file that appears complete or not at all.</summary>
    public void Write(string path, ReadOnlySpan<byte> bytes)
    {
        var temp = Unique(Temp, "new");
        try
        {
            using (var file = _create(temp))
            {
                file.Write(bytes);
                file.Flush(_isSynced);
            }

            Place(temp, path);
        }
        catch (Exception e) when (StoreException.IsFileSystemError(e))
        {
            throw StoreException.From("write", path, e);
        }
        finally
        {
            Remove(temp);
        }
    }

    /// <summary>All bytes of a file, or null when it is not there. What no file of a store can be, a folder or more than an array holds, is set aside.</summary>
    public byte[]? Read(string path)
    {
        try
        {
            if (Directory.Exists(path) || new FileInfo(path) is { Exists: true, Length: var length } && length > Array.MaxLength)
            {
                SetAside(path);
                return null;
            }

            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (StoreException.IsFileSystemError(e))
        {
            throw StoreException.From("read", path, e);
        }
    }

    /// <summary>Sets a damaged file, or a folder in its place, aside, for people to look at.</summary>
    public void SetAside(string path) => Guard("set aside", path, () =>
    {
        try
        {
            var aside = Unique(Quarantine, Path.GetFileName(path));
            if (Directory.Exists(path))
                Directory.Move(path, aside);
            else
                File.Move(path, aside);
        }
        catch (FileNotFoundException)
        {
            // Another process met the same damage first.
        }
    });

    public static void Guard(string action, string path, Action work)
    {
        try
        {
            work();
        }
        catch (Exception e) when (StoreException.IsFileSystemError(e))
        {
            throw StoreException.From(action, path, e);
        }
    }

    // The process id is for people who look at what a crash left; the Guid alone makes the name unique.
    private static string Unique(string folder, string name) =>
        Path.Combine(folder, FormattableString.Invariant($"{name}.{Environment.ProcessId}.{Guid.NewGuid():N}"));

    private void Place(string temp, string path)
    {
        var folder = Path.GetDirectoryName(path)!;
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder);
            Sync(Path.GetDirectoryName(folder)!);
        }

        if (Directory.Exists(path))
            SetAside(path);
        File.Move(temp, path, overwrite: true);
        Sync(folder);
    }

    private void Sync(string folder)
    {
        if (_isSynced)
            FolderSync.Flush(folder);
    }

    private static void Remove(string temp)
    {
        try
        {
            File.Delete(temp);
        }
        catch (Exception e) when (StoreException.IsFileSystemError(e))
        {
            // The error that brought us here is the one to report; the next start removes what is stale.
        }
    }

    private void RemoveStale()
    {
        foreach (var file in new DirectoryInfo(Temp).EnumerateFiles())
        {
            if (DateTime.UtcNow - file.LastWriteTimeUtc > StaleAfter)
                file.Delete();
        }
    }

    private void CheckWritable()
    {
        var probe = Unique(Temp, "probe");
        using (CreateFile(probe))
        {
        }

        File.Delete(probe);
    }
}
