using System.Globalization;

namespace NMoE.Compute.Store;

/// <summary>Files that are there whole or not at all, also after a power loss.</summary>
internal static class AtomicWrite
{
    public const string TemporarySuffix = ".part";
    private static int _written;

    /// <summary>Writes beside the target, forces the bytes to disk, then renames.</summary>
    public static void Write(string path, ReadOnlySpan<byte> bytes)
    {
        var folder = Path.GetDirectoryName(path)!;
        Directory.CreateDirectory(folder);
        var unique = string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}-{Interlocked.Increment(ref _written)}");
        var temporary = $"{path}.{unique}{TemporarySuffix}";
        try
        {
            using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, 0))
            {
                file.Write(bytes);
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
