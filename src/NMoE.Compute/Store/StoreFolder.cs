namespace NMoE.Compute.Store;

/// <summary>
/// The files of a store. A file is there with all its bytes or not at all, however its writer ends: written under a unique name in <c>tmp/</c> and renamed.
/// What a power cut tears, its hash or checksum tells, and its job makes again: so the system writes when it will, and no job waits for the disk.
/// </summary>
internal sealed class StoreFolder
{
    private static readonly TimeSpan StaleAfter = TimeSpan.FromDays(1);
    private readonly Func<string, FileStream> _create;

    // The process id is for people who look at what a crash left; the Guid alone makes names unique.
    private readonly string _names = FormattableString.Invariant($"{Environment.ProcessId}.{Guid.NewGuid():N}");
    private long _named;

    public StoreFolder(StoreSettings settings, Func<string, FileStream> create)
    {
        _create = create;
        Root = Path.GetFullPath(settings.Path);
        Guard("make the store", Root, () =>
        {
            foreach (var folder in new[] { Temp, Quarantine, Records, Blobs, Producers, Index })
                Directory.CreateDirectory(folder);
            RemoveStale();
            CheckWritable();
        });
    }

    public string Root { get; }

    public string Records => Path.Combine(Root, "records");

    public string Blobs => Path.Combine(Root, "blobs");

    public string Producers => Path.Combine(Root, "producers");

    public string Index => Path.Combine(Root, "index");

    public string Quarantine => Path.Combine(Root, "quarantine");

    public string Temp => Path.Combine(Root, "tmp");

    public static FileStream CreateFile(string path) => new(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);

    /// <summary>Files are spread over 256 folders by the first two digits of their name.</summary>
    public static string Spread(string folder, string name) => Path.Combine(folder, name[..2], name);

    /// <summary>Writes a file that appears complete or not at all.</summary>
    public void Write(string path, ReadOnlySpan<byte> bytes)
    {
        var temp = Unique(Temp, "new");
        try
        {
            using (var file = _create(temp))
                file.Write(bytes);
            Place(temp, path);
        }
        catch (Exception e) when (StoreException.IsFileSystemError(e))
        {
            Remove(temp);
            throw StoreException.From("write", path, e);
        }
    }

    /// <summary>All bytes of a file, or null when it is not there. What no file of a store can be, a folder or more than an array holds, is set aside.</summary>
    public byte[]? Read(string path)
    {
        try
        {
            // Most that are asked for are not there: an exception would take longer than asking.
            if (new FileInfo(path) is { Exists: true, Length: var length })
            {
                if (length <= Array.MaxLength)
                    return File.ReadAllBytes(path);
                SetAside(path);
            }
            else if (Directory.Exists(path))
            {
                SetAside(path);
            }

            return null;
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

    /// <summary>A name that no other file has.</summary>
    public string UniqueName(string name) => FormattableString.Invariant($"{name}.{_names}.{Interlocked.Increment(ref _named)}");

    private string Unique(string folder, string name) => Path.Combine(folder, UniqueName(name));

    // Nearly always the place is ready: whether it is, the move itself tells.
    private void Place(string temp, string path)
    {
        try
        {
            File.Move(temp, path, overwrite: true);
        }
        catch (Exception e) when (StoreException.IsFileSystemError(e))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            if (Directory.Exists(path))
                SetAside(path);
            File.Move(temp, path, overwrite: true);
        }
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
