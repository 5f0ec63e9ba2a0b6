using System.Text;

namespace NMoE.Reporting.Files;

/// <summary>How far a written file has gone when the call returns.</summary>
internal enum Durability
{
    /// <summary>On the disk: it outlives a power cut.</summary>
    Synced,

    /// <summary>With the operating system: it outlives this process. For what is rewritten many times.</summary>
    Cached,
}

/// <summary>
/// Files that are there whole or not at all: written beside their place, then renamed into it. The name beside is fixed, so that what a
/// killed process left is overwritten by the next.
/// </summary>
internal static class AtomicFile
{
    /// <summary>Writes text as UTF-8 without a byte order mark.</summary>
    /// <returns>The path.</returns>
    /// <exception cref="OutputNotWritableException">It could not be written; what was there before is still there.</exception>
    public static string Write(string path, string text, Durability durability = Durability.Synced) =>
        Write(path, Encoding.UTF8.GetBytes(text), durability);

    /// <summary>Writes bytes.</summary>
    /// <returns>The path.</returns>
    /// <exception cref="OutputNotWritableException">It could not be written; what was there before is still there.</exception>
    public static string Write(string path, ReadOnlySpan<byte> bytes, Durability durability = Durability.Synced)
    {
        // A span cannot be kept by a function that is called later.
        var held = bytes.ToArray();
        return Write(path, stream => stream.Write(held), durability);
    }

    /// <summary>Writes text piece by piece, as UTF-8 without a byte order mark.</summary>
    /// <returns>The path.</returns>
    /// <exception cref="OutputNotWritableException">It could not be written; what was there before is still there.</exception>
    public static string Write(string path, Action<TextWriter> write) => Write(
        path,
        stream =>
        {
            using var text = new StreamWriter(stream, leaveOpen: true);
            write(text);
        });

    /// <summary>Writes bytes piece by piece.</summary>
    /// <returns>The path.</returns>
    /// <exception cref="OutputNotWritableException">It could not be written; what was there before is still there.</exception>
    public static string Write(string path, Action<Stream> write, Durability durability = Durability.Synced)
    {
        var beside = Beside(path);
        var isOurs = false;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            using (var stream = new FileStream(beside, FileMode.Create, FileAccess.Write, FileShare.None))
            {
                isOurs = true;
                write(stream);
                stream.Flush(flushToDisk: durability == Durability.Synced);
            }

            File.Move(beside, path, overwrite: true);
            return path;
        }
        catch (Exception problem)
        {
            // What another process is writing there is its own.
            if (isOurs)
                Discard(beside);
            if (problem is IOException or UnauthorizedAccessException or NotSupportedException)
                throw new OutputNotWritableException(path, problem);
            throw;
        }
    }

    /// <summary>Where a file is written before it is renamed.</summary>
    public static string Beside(string path) =>
        Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, "." + Path.GetFileName(path) + ".tmp");

    private static void Discard(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // The error that led here says more than that its remains could not be removed.
        }
    }
}
