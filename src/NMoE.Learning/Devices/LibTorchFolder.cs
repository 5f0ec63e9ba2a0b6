using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace NMoE.Learning.Devices;

/// <summary>A libtorch that is installed elsewhere: of a PyTorch, or unpacked.</summary>
/// <param name="Stated">What was asked for.</param>
/// <param name="Path">The folder that holds its libraries.</param>
/// <param name="Version">Its version, as it writes it: 2.10.0+cu128.</param>
public sealed partial record LibTorchFolder(string Stated, string Path, string Version)
{
    /// <summary>The variable that names its folder.</summary>
    public const string Variable = "NMOE_LIBTORCH";

    /// <summary>The variable that lets another version be tried: <c>any</c>.</summary>
    public const string AnyVariable = "NMOE_LIBTORCH_VERSION";

    // What TorchSharp 0.107.0 is compiled against; its package names the same.
    internal const string Built = "2.10";

    internal const string Wanted = $"libtorch {Built}.*, as an installed PyTorch has it (python3 -c 'import torch; print(torch.__path__[0])') or unpacked";

    private const string Any = "any";

    // Each needs those before it. A libtorch for the CPU has three of them.
    private static readonly string[] s_order = ["libc10.so", "libc10_cuda.so", "libtorch_cpu.so", "libtorch_cuda.so", "libtorch.so"];
    private static readonly string[] s_needed = ["libc10.so", "libtorch_cpu.so", "libtorch.so"];

    /// <summary>Paths of its libraries, each after those that it needs.</summary>
    public ImmutableArray<string> Libraries => [.. s_order.Select(name => System.IO.Path.Combine(Path, name)).Where(File.Exists)];

    /// <summary>Whether it can compute on a GPU.</summary>
    public bool HasCuda => File.Exists(System.IO.Path.Combine(Path, "libtorch_cuda.so"));

    /// <summary>The one that the environment names; null where it names none.</summary>
    /// <exception cref="MissingLibraryException">There is none that will do.</exception>
    internal static LibTorchFolder? OfEnvironment() => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } stated
        ? Find(stated, Environment.GetEnvironmentVariable(AnyVariable) == Any)
        : null;

    /// <summary>The libtorch of a folder: its own, that of its <c>lib</c>, or that of the <c>torch</c> in it.</summary>
    /// <param name="stated">The folder.</param>
    /// <param name="anyVersion">Whether other versions than the one that TorchSharp was built for are tried.</param>
    /// <exception cref="MissingLibraryException">There is none that will do.</exception>
    internal static LibTorchFolder Find(string stated, bool anyVersion)
    {
        if (!OperatingSystem.IsLinux())
            throw new MissingLibraryException("libtorch", $"{Variable} is read on Linux alone", "Leave it unset.");
        string[] places = [stated, System.IO.Path.Combine(stated, "lib"), System.IO.Path.Combine(stated, "torch", "lib")];
        var place = places.FirstOrDefault(folder => s_needed.All(name => File.Exists(System.IO.Path.Combine(folder, name))));
        if (place is null)
            throw new MissingLibraryException("libtorch", $"{Variable} is {stated}, which holds no {string.Join(", ", s_needed)}, and nor do lib and torch/lib in it", $"Write the folder of a {Wanted}.");
        var full = System.IO.Path.GetFullPath(place);
        var version = VersionOf(full);
        if (!anyVersion && !IsBuilt(version))
        {
            throw new MissingLibraryException(
                "libtorch", $"{Variable} is {stated}, of version {version}, and TorchSharp {TorchSharpVersion} is built for {Built}",
                $"Write the folder of a {Wanted}. {AnyVariable}={Any} tries this one all the same: what it computes nobody has checked, and it may crash");
        }

        return new(stated, full, version);
    }

    /// <summary>Whether a version is the one that TorchSharp is built for.</summary>
    internal static bool IsBuilt(string version) => version == Built || version.StartsWith(Built + ".", StringComparison.Ordinal);

    private static string TorchSharpVersion => typeof(TorchSharp.torch).Assembly.GetName().Version!.ToString(3);

    /// <summary>What a libtorch says its version is: in a file beside it, or by a function of its own.</summary>
    private static string VersionOf(string folder)
    {
        var above = System.IO.Path.GetDirectoryName(folder)!;
        return Read(System.IO.Path.Combine(above, "version.py"), PythonVersion()) ?? Read(System.IO.Path.Combine(above, "build-version"), PlainVersion())
            ?? Read(System.IO.Path.Combine(above, "include", "torch", "csrc", "api", "include", "torch", "version.h"), HeaderVersion()) ?? Named(folder) ?? Told(folder) ?? "unknown";
    }

    private static string? Read(string file, Regex version) =>
        File.Exists(file) && version.Match(File.ReadAllText(file)) is { Success: true } match ? match.Groups["version"].Value : null;

    /// <summary>That of the file that its library leads to, as distributions have it: <c>libtorch_cpu.so.1.13.0</c>.</summary>
    private static string? Named(string folder) =>
        File.ResolveLinkTarget(System.IO.Path.Combine(folder, "libtorch_cpu.so"), returnFinalTarget: true) is { } target && FileVersion().Match(target.Name) is { Success: true } match ? match.Groups["version"].Value : null;

    /// <summary>PyTorch's own function, since 2.6: major, minor and patch in the three highest bytes.</summary>
    private static string? Told(string folder)
    {
        if (!NativeLibrary.TryLoad(System.IO.Path.Combine(folder, "libc10.so"), out _) || !NativeLibrary.TryLoad(System.IO.Path.Combine(folder, "libtorch_cpu.so"), out var library)
            || !NativeLibrary.TryGetExport(library, "aoti_torch_abi_version", out var function))
        {
            return null;
        }

        var told = Marshal.GetDelegateForFunctionPointer<AbiVersion>(function)();
        return string.Create(CultureInfo.InvariantCulture, $"{told >> 56}.{(told >> 48) & 0xFF}.{(told >> 40) & 0xFF}");
    }

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate ulong AbiVersion();

    [GeneratedRegex(@"__version__ = '(?<version>[\w.+-]+)'")]
    private static partial Regex PythonVersion();

    [GeneratedRegex(@"^(?<version>\d[\w.+-]*)")]
    private static partial Regex PlainVersion();

    [GeneratedRegex(@"\.so\.(?<version>\d[\d.]*)$")]
    private static partial Regex FileVersion();

    [GeneratedRegex("#define TORCH_VERSION \"(?<version>[\\w.+-]+)\"")]
    private static partial Regex HeaderVersion();
}
