using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace NMoE.Learning.Devices;

/// <summary>Loads a library with all that it names, now: the runtime's own loading leaves functions for when they are called.</summary>
internal static partial class Strict
{
    private const int Now = 2;

    /// <summary>What a library does not find.</summary>
    /// <param name="library">Its path.</param>
    /// <returns>The function, or all that the loader says; null where it finds everything.</returns>
    public static string? Problem(string library)
    {
        if (Function<Open>("dlopen")(Encoding.UTF8.GetBytes(library + '\0'), Now) != 0)
            return null;
        var said = Marshal.PtrToStringUTF8(Function<Error>("dlerror")()) ?? "all that it needs";
        return Undefined().Match(said) is { Success: true } symbol ? symbol.Groups["name"].Value : said;
    }

    private static T Function<T>(string name)
        where T : Delegate => Marshal.GetDelegateForFunctionPointer<T>(NativeLibrary.GetExport(NativeLibrary.Load("libc.so.6"), name));

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate nint Open(byte[] path, int flags);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate nint Error();

    [GeneratedRegex(@"undefined symbol: (?<name>\w+)")]
    private static partial Regex Undefined();
}
