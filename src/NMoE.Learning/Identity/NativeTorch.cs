using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace NMoE.Learning.Identity;

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

    private static readonly Lazy<MissingLibraryException?> s_problem = new(() => Try(LibraryOf(AppContext.BaseDirectory)));

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

    /// <summary>Puts what a loader says into words.</summary>
    /// <param name="said">All that it says.</param>
    internal static MissingLibraryException Explain(string said)
    {
        if (MissingSymbol().Match(said) is { Success: true } symbol)
            return new("libtorch", $"it needs a newer {symbol.Groups["library"].Value}, this system's lacks {symbol.Groups["version"].Value}", AnotherSystem);
        var reason = said.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).FirstOrDefault(line => line.Contains(": ", StringComparison.Ordinal)) ?? said;
        return new("libtorch", reason.Replace("Unable to load shared library ", "", StringComparison.Ordinal).TrimEnd('.'), Again);
    }

    private static string LibraryOf(string folder)
    {
        var (system, end) = OperatingSystem.IsMacOS() ? ("osx-arm64", "dylib") : ("linux-x64", "so");
        return Path.Combine(folder, "runtimes", system, "native", "libLibTorchSharp." + end);
    }

    [GeneratedRegex(@"(?<library>lib[\w+-]+)[^\s]*: version `(?<version>[\w.]+)' not found")]
    private static partial Regex MissingSymbol();
}
