using System.Diagnostics;
using System.Globalization;

namespace NMoE.Reporting.Files;

/// <summary>
/// One process at a time writes a result to its place: it holds a hidden file beside the folder, which the operating system releases when the process dies, however it dies.
/// Another hidden file says in words who it is. The first one stays, for whoever removed it could take it from the next.
/// </summary>
internal sealed class FolderLock : IDisposable
{
    private readonly FileStream _held;
    private readonly string _holder;

    private FolderLock(FileStream held, string holder) => (_held, _holder) = (held, holder);

    /// <summary>Takes the lock of a folder.</summary>
    /// <param name="folder">The folder, which need not be there.</param>
    /// <exception cref="FolderBusyException">Another process has it.</exception>
    /// <exception cref="OutputNotWritableException">Nothing can be written beside the folder.</exception>
    public static FolderLock Take(string folder)
    {
        var full = Path.GetFullPath(folder);
        var hidden = Path.Combine(Path.GetDirectoryName(full)!, "." + Path.GetFileName(full));
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            var held = Open(hidden + ".lock") ?? throw new FolderBusyException(folder, Who(hidden + ".holder"));
            File.WriteAllText(hidden + ".holder", Words());
            return new FolderLock(held, hidden + ".holder");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new OutputNotWritableException(folder, problem);
        }
    }

    public void Dispose()
    {
        try
        {
            File.Delete(_holder);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // The next holder writes over it.
        }

        _held.Dispose();
    }

    private static FileStream? Open(string path)
    {
        var isThere = File.Exists(path);
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException) when (isThere || File.Exists(path))
        {
            return null;
        }
    }

    private static string Words()
    {
        using var self = Process.GetCurrentProcess();
        return string.Create(CultureInfo.InvariantCulture, $"process {self.Id} on {Environment.MachineName}, since {self.StartTime.ToUniversalTime():yyyy-MM-dd HH:mm:ss} UTC");
    }

    private static string Who(string path)
    {
        try
        {
            return File.ReadAllText(path) is { Length: > 0 } words ? words : "another process";
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return "another process";
        }
    }
}
