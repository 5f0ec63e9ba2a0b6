using System.Text;

namespace NMoE.Compute.Store;

/// <summary>Files that their owner alone may read or write. A file system that keeps no modes takes them without a word, so they are looked at before anything secret is written.</summary>
public static class OwnersOnly
{
    private const UnixFileMode OwnersFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnersFolder = OwnersFile | UnixFileMode.UserExecute;

    /// <summary>Makes a folder that its owner alone may enter; one that is there stays as it is.</summary>
    /// <param name="path">The folder.</param>
    public static void MakeFolder(string path)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, OwnersFolder);
    }

    /// <summary>Writes a new file and brings it to the disk.</summary>
    /// <param name="path">The file, which must not be there.</param>
    /// <param name="content">What it is to hold.</param>
    /// <exception cref="OthersMayReadException">Others than the owner could read it: nothing was left there.</exception>
    /// <exception cref="IOException">It is there, or cannot be written.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content) => Write(path, content, ModeOf);

    /// <summary>Writes a new file of text, as UTF-8.</summary>
    /// <param name="path">The file, which must not be there.</param>
    /// <param name="text">What it is to hold.</param>
    /// <exception cref="OthersMayReadException">Others than the owner could read it: nothing was left there.</exception>
    /// <exception cref="IOException">It is there, or cannot be written.</exception>
    public static void Write(string path, string text) => Write(path, Encoding.UTF8.GetBytes(text));

    /// <summary>Whether others than its owner may read or write a file.</summary>
    /// <param name="path">The file.</param>
    public static bool IsOpenToOthers(string path) => IsOpen(ModeOf(path));

    /// <summary>Writes a new file where <paramref name="modeOf"/> says what became of its mode, so that a test can give it a file system that keeps none.</summary>
    internal static void Write(string path, ReadOnlySpan<byte> content, Func<string, UnixFileMode> modeOf)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnersFile;
        using var file = new FileStream(path, options);
        if (IsOpen(modeOf(path)))
        {
            file.Dispose();
            File.Delete(path);
            throw new OthersMayReadException(path);
        }

        file.Write(content);
        file.Flush(flushToDisk: true);
    }

    private static bool IsOpen(UnixFileMode mode) => (mode & ~OwnersFolder) != UnixFileMode.None;

    private static UnixFileMode ModeOf(string path) => OperatingSystem.IsWindows() ? OwnersFile : File.GetUnixFileMode(path);
}

/// <summary>A file system does not keep others from a file that its owner alone should read.</summary>
/// <param name="path">The file, which is not there.</param>
public sealed class OthersMayReadException(string path) : IOException(
    $"'{path}' could be read by others than its owner, for its file system keeps no modes; nothing was left there");
