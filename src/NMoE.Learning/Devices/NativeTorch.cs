using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace NMoE.Learning.Devices;

/// <summary>A native library does not load: what the system's loader says, and what would be right.</summary>
/// <param name="library">The library, as people call it.</param>
/// <param name="detail">What the loader says.</param>
/// <param name="remedy">What would be right; a sentence.</param>
public sealed class MissingLibraryException(string library, string detail, string remedy) : Exception($"{library} does not load: {detail}. {remedy}")
{
    /// <summary>What the loader says.</summary>
    public string Detail { get; } = detail;

    /// <summary>What would be right.</summary>
    public string Remedy { get; } = remedy;
}

/// <summary>
/// libtorch as the loader sees it. TorchSharp looks for it in many places, writes what it copies to standard output, and hides why the loader refused it: so it is loaded before
/// TorchSharp asks.
/// </summary>
public static partial class NativeTorch
{
    private const string AnotherSystem = "./nmoe run puts this right on Debian 12; elsewhere use Debian 13, Ubuntu 24.04 or later.";
    private const string Again = "Start the program with ./nmoe, which builds again what is missing; NMoE runs on Linux x64 and macOS arm64.";

    private static readonly Lazy<LibTorchFolder?> s_folder = new(LibTorchFolder.OfEnvironment);
    private static readonly Lazy<MissingLibraryException?> s_problem = new(() => s_folder.Value is { } folder ? LoadFrom(folder) : Try(LibraryOf(AppContext.BaseDirectory)));

    /// <summary>The libtorch that <c>NMOE_LIBTORCH</c> names; null where this program's own is loaded.</summary>
    /// <exception cref="MissingLibraryException">It names no folder of a libtorch that will do.</exception>
    public static LibTorchFolder? Folder => s_folder.Value;

    /// <summary>The first function that TorchSharp does not find in a libtorch of another version: a call of it ends the process. Null where it finds all.</summary>
    public static string? Missing { get; private set; }

    /// <summary>Makes sure that libtorch is loaded. Cheap after the first time.</summary>
    /// <exception cref="MissingLibraryException">It does not load.</exception>
    public static void Require()
    {
        if (s_problem.Value is { } problem)
            throw problem;
    }

    /// <summary>Loads a library.</summary>
    /// <param name="library">Its path.</param>
    /// <returns>Why it does not load; null where it does.</returns>
    public static MissingLibraryException? Try(string library)
    {
        if (!File.Exists(library))
            return new("libtorch", $"{library} is missing{(new FileInfo(library).LinkTarget is { } target ? $" (it leads to {target})" : "")}", Again);
        try
        {
            NativeLibrary.Load(library);
            return null;
        }
        catch (Exception refused) when (refused is DllNotFoundException or BadImageFormatException)
        {
            return Explain(refused.Message);
        }
    }

    /// <summary>A function of the libtorch that is loaded, or of what it brought along.</summary>
    /// <typeparam name="T">How it is called.</typeparam>
    /// <param name="symbol">Its name, as compiled.</param>
    /// <returns>Null where it has none of that name.</returns>
    internal static T? Find<T>(string symbol)
        where T : Delegate
    {
        // Loaded already: this counts it once more and gives what it is found by.
        string[] places = [LibraryOf(AppContext.BaseDirectory), .. s_folder.Value?.Libraries ?? [], Path.Combine(NativesOf(AppContext.BaseDirectory), "libtorch_cuda.so")];
        return places.Where(File.Exists)
            .Select(place => NativeLibrary.TryLoad(place, out var handle) && NativeLibrary.TryGetExport(handle, symbol, out var found) ? Marshal.GetDelegateForFunctionPointer<T>(found) : null)
            .FirstOrDefault(found => found is not null);
    }

    /// <summary>Puts what a loader says into words.</summary>
    /// <param name="said">All that it says.</param>
    internal static MissingLibraryException Explain(string said)
    {
        if (MissingSymbol().Match(said) is { Success: true } symbol)
            return new("libtorch", $"it needs a newer {symbol.Groups["library"].Value}, this system's lacks {symbol.Groups["version"].Value}", AnotherSystem);
        var reason = said.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).FirstOrDefault(line => line.Contains(": ", StringComparison.Ordinal)) ?? said;
        return new("libtorch", reason.Replace("Unable to load shared library ", "", StringComparison.Ordinal).TrimEnd('.'), Again);
    }

    /// <summary>Loads a libtorch by the paths of its parts, each before what needs it: what is loaded under a name is what TorchSharp gets by that name.</summary>
    private static MissingLibraryException? LoadFrom(LibTorchFolder folder)
    {
        // TorchSharp would load that one as well, and two end the process.
        if (Path.Combine(NativesOf(AppContext.BaseDirectory), "libtorch_cpu.so") is var own && File.Exists(own))
            return new("libtorch", $"{LibTorchFolder.Variable} is {folder.Stated}, and this program is built with one of its own, {own}", "Start it with ./nmoe, which builds it without one where the variable is set.");
        foreach (var library in folder.Libraries)
        {
            if (Try(library) is { } problem)
                return new("libtorch", problem.Detail, $"{LibTorchFolder.Variable} is {folder.Stated}: its libraries need what was installed with them.");
        }

        // All at once: a function that this libtorch lacks is told now, and not in the middle of a run. Who tries another version may come along without it.
        if (Strict.Problem(LibraryOf(AppContext.BaseDirectory)) is { } missing)
        {
            if (LibTorchFolder.IsBuilt(folder.Version))
                return new("libtorch", $"TorchSharp finds no {missing} in it", $"{LibTorchFolder.Variable} is {folder.Stated}, of version {folder.Version}; write the folder of a {LibTorchFolder.Wanted}.");
            Missing = missing;
            return Try(LibraryOf(AppContext.BaseDirectory));
        }

        return null;
    }

    private static string NativesOf(string folder) => Path.Combine(folder, "runtimes", OperatingSystem.IsMacOS() ? "osx-arm64" : "linux-x64", "native");

    private static string LibraryOf(string folder) => Path.Combine(NativesOf(folder), OperatingSystem.IsMacOS() ? "libLibTorchSharp.dylib" : "libLibTorchSharp.so");

    [GeneratedRegex(@"(?<library>lib[\w+-]+)[^\s]*: version `(?<version>[\w.]+)' not found")]
    private static partial Regex MissingSymbol();
}
