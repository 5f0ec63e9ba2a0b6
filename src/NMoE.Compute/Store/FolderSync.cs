using System.Runtime.InteropServices;
using System.Text;

namespace NMoE.Compute.Store;

/// <summary>
/// Brings a folder's entries to disk. A rename survives a power loss only once its folder is synced, and .NET opens no folders.
/// Windows journals renames itself and has no such call.
/// </summary>
internal static class FolderSync
{
    private const int InvalidForThisFileSystem = 22;

    public static void Flush(string folder)
    {
        if (OperatingSystem.IsWindows())
            return;
        var descriptor = Open(Encoding.UTF8.GetBytes(folder + '\0'), 0);
        if (descriptor < 0)
            throw Error(folder);
        try
        {
            if (Sync(descriptor) != 0 && Marshal.GetLastPInvokeError() != InvalidForThisFileSystem)
                throw Error(folder);
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    private static IOException Error(string folder)
    {
        var code = Marshal.GetLastPInvokeError();
        return new($"{Marshal.GetPInvokeErrorMessage(code)} : '{folder}'", code);
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open(byte[] path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Sync(int descriptor);

    [DllImport("libc", EntryPoint = "close"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int descriptor);
}
