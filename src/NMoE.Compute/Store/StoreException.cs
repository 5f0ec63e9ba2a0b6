namespace NMoE.Compute.Store;

/// <summary>What kept the store from its work.</summary>
public enum StoreFault
{
    /// <summary>No space is left on the device, or the user's quota is used up.</summary>
    DiskFull,

    /// <summary>The folder cannot be written: permissions, a read-only file system, a file where a folder should be.</summary>
    NotWritable,

    /// <summary>Another error of the file system.</summary>
    Unusable,

    /// <summary>A blob is not in the store and cannot be made again.</summary>
    BlobMissing,

    /// <summary>The size limit is too small for the experiment.</summary>
    TooSmall,

    /// <summary>A reference cannot name a blob of a store, or disagrees with the blob.</summary>
    BadReference,

    /// <summary>A blob would be larger than one can be.</summary>
    TooLarge,
}

/// <summary>The store cannot do what was asked.</summary>
public sealed class StoreException(StoreFault fault, string path, string message, Exception? inner = null)
    : ComputeException(message, inner)
{
    private const int LinuxDiskFull = 28;
    private const int LinuxQuota = 122;
    private const int MacQuota = 69;
    private const int ReadOnlyFileSystem = 30;
    private const int WindowsDiskFull = unchecked((int)0x80070070);
    private const int WindowsHandleDiskFull = unchecked((int)0x80070027);

    /// <summary>The kind of error.</summary>
    public StoreFault Fault { get; } = fault;

    /// <summary>The file or folder.</summary>
    public string Path { get; } = path;

    /// <summary>A size limit under which blobs would be evicted that are still needed.</summary>
    /// <param name="path">The store's folder.</param>
    /// <param name="limit">The limit, in bytes.</param>
    /// <param name="needed">What is needed, in bytes.</param>
    public static StoreException TooSmall(string path, long limit, long needed) => new(
        StoreFault.TooSmall, path,
        FormattableString.Invariant($"The store '{path}' may hold {limit / 1e6:F0} MB, but this experiment needs {Math.Ceiling(needed / 1e6):F0} MB at once. ")
        + FormattableString.Invariant($"Set compute.store.max-size to at least {Math.Ceiling(needed / 1048576.0):F0} MiB."));

    /// <summary>A blob that no array holds.</summary>
    /// <param name="path">The store's folder.</param>
    /// <param name="kind">The kind of job that would make it.</param>
    /// <param name="bytes">Its bytes.</param>
    public static StoreException TooLarge(string path, string kind, long bytes) => new(
        StoreFault.TooLarge, path,
        FormattableString.Invariant($"The store '{path}' cannot hold what a job '{kind}' of this experiment leaves: {bytes / 1e9:F1} GB in one blob, which has at most {Array.MaxLength / 1e9:F1} GB. ")
        + "Fewer pictures a client (data.train-per-client, data.test-per-client), fewer clients or a narrower model (model.width) make it smaller.");

    internal static bool IsFileSystemError(Exception e) => e is IOException or UnauthorizedAccessException or NotSupportedException;

    internal static StoreException From(string action, string path, Exception e) => FaultOf(e) switch
    {
        StoreFault.DiskFull => new(
            StoreFault.DiskFull, path,
            $"Cannot {action} '{path}': the disk is full. Free some space, or set compute.store.path to a larger disk; what is finished is kept.", e),
        StoreFault.NotWritable => new(
            StoreFault.NotWritable, path,
            $"Cannot {action} '{path}': it is not writable. Set compute.store.path to a folder that this user can write. ({e.Message})", e),
        _ => new(
            StoreFault.Unusable, path,
            $"Cannot {action} '{path}': {e.Message} Set compute.store.path to a folder on a working disk.", e),
    };

    private static StoreFault FaultOf(Exception e) => e switch
    {
        UnauthorizedAccessException or DirectoryNotFoundException => StoreFault.NotWritable,
        IOException { HResult: LinuxDiskFull or WindowsDiskFull or WindowsHandleDiskFull } => StoreFault.DiskFull,
        IOException { HResult: LinuxQuota } when OperatingSystem.IsLinux() => StoreFault.DiskFull,
        IOException { HResult: MacQuota } when OperatingSystem.IsMacOS() => StoreFault.DiskFull,
        IOException { HResult: ReadOnlyFileSystem } => StoreFault.NotWritable,
        _ => StoreFault.Unusable,
    };
}
