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
        var holder = Hidden(folder) + ".holder";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(holder)!);
            var held = Open(LockOf(folder)) ?? throw new FolderBusyException(folder, Who(holder));
            File.WriteAllText(holder, Words());
            return new FolderLock(held, holder);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new OutputNotWritableException(folder, problem);
        }
    }

    /// <summary>Whether a process has the lock of a folder now.</summary>
    /// <param name="folder">The folder.</param>
    public static bool IsHeld(string folder)
    {
        var path = LockOf(folder);
        if (!File.Exists(path))
            return false;
        try
        {
            // Shared: others may look at the same time, and nothing is made.
            new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read).Dispose();
            return false;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return problem is not FileNotFoundException;
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

    private static string LockOf(string folder) => Hidden(folder) + ".lock";

    private static string Hidden(string folder) => Path.Combine(Path.GetDirectoryName(Path.GetFullPath(folder))!, "." + Path.GetFileName(Path.GetFullPath(folder)));

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
