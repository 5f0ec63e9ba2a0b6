namespace NMoE.Cli.Doctor;

/// <summary>The disk below a folder.</summary>
/// <param name="Folder">The folder, which may not be there yet.</param>
/// <param name="FreeBytes">Bytes that this user may still write.</param>
/// <param name="Refusal">Why nothing can be written there; null where it can.</param>
internal sealed record StorePlace(string Folder, long FreeBytes, string? Refusal)
{
    /// <summary>
    /// Tries the folder by writing and deleting a file of its own; a folder that is not there is tried in the nearest one above it, and is not made.
    /// </summary>
    public static StorePlace Try(string folder)
    {
        var place = Path.GetFullPath(folder);
        var existing = place;
        while (!Path.Exists(existing) && Path.GetDirectoryName(existing) is { } above)
            existing = above;
        try
        {
            using (new FileStream(Path.Combine(existing, $".nmoe-doctor-{Environment.ProcessId}"), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose))
                return new(place, new DriveInfo(existing).AvailableFreeSpace, null);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return new(place, 0, error.Message);
        }
    }
}

/// <summary>Whether results can be kept.</summary>
/// <param name="place">Where they would be kept.</param>
internal sealed class StoreCheck(StorePlace place) : IDoctorCheck
{
    /// <summary>Below this, in bytes, not even the quick start fits with room to spare.</summary>
    public const long LeastFree = Bytes.PerGibibyte;

    /// <summary>Below this, in bytes, a longer experiment will meet eviction or a full disk.</summary>
    public const long ComfortableFree = 10 * Bytes.PerGibibyte;

    public string Subject => "store";

    public IReadOnlyList<Finding> Look() => place.Refusal is { } refusal
        ? [new(Subject, FindingLevel.Broken, $"{place.Folder} cannot be written: {refusal}", "Name another folder in compute.store.path.")]
        : [new(Subject, FindingLevel.Good, $"{place.Folder} can be written"), Space()];

    private Finding Space()
    {
        const string subject = "disk space";
        var free = Bytes.Gibibytes(place.FreeBytes) + " free for the store";
        return place.FreeBytes switch
        {
            < LeastFree => new(subject, FindingLevel.Broken, $"{free}, under {Bytes.Gibibytes(LeastFree)}", "Free some, or name another disk in compute.store.path."),
            < ComfortableFree => new(subject, FindingLevel.Advice, free, "Keep compute.store.max-size below it."),
            _ => new(subject, FindingLevel.Good, free),
        };
    }
}
