using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace NMoE.Cli.Doctor;

/// <summary>Whether libtorch loads and can count.</summary>
/// <param name="sum">Sums 1 to 4 with libtorch.</param>
public sealed partial class NativeLibraryCheck(Func<double> sum) : IDoctorCheck
{
    private const double SumOfOneToFour = 10;

    /// <summary>With the libtorch that this program was built with.</summary>
    public NativeLibraryCheck()
        : this(SumInTorch)
    {
    }

    /// <inheritdoc/>
    public string Subject => "native library";

    /// <inheritdoc/>
    public IReadOnlyList<Finding> Look()
    {
        try
        {
            var found = sum();
            return found == SumOfOneToFour
                ? [new(Subject, FindingLevel.Good, "libtorch loads and computes")]
                : [new(Subject, FindingLevel.Broken, $"libtorch loads, but finds 1+2+3+4 = {found}", "Try another NMOE_ISA: avx2 or baseline.")];
        }
#pragma warning disable CA1031 // A native library fails to load with many types: TypeInitialization, DllNotFound, NotSupported, ...
        catch (Exception error)
#pragma warning restore CA1031
        {
            return [Explain(error)];
        }
    }

    private Finding Explain(Exception error)
    {
        var all = error.ToString();
        if (MissingSymbol().Match(all) is { Success: true } symbol)
        {
            return new(Subject, FindingLevel.Broken, $"libtorch needs a newer {symbol.Groups["library"].Value}: this system's lacks {symbol.Groups["version"].Value}",
                "./nmoe run puts this right on Debian 12; elsewhere use Debian 13, Ubuntu 24.04 or later.");
        }

        return new(Subject, FindingLevel.Broken, $"libtorch does not load ({error.GetBaseException().Message.Split('\n')[0].Trim()})",
            "Build again with ./nmoe; NMoE runs on Linux x64 and macOS arm64.");
    }

    // Kept apart: a failing type initialiser must meet the try block above, not the one who calls it.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static double SumInTorch()
    {
        using var numbers = TorchSharp.torch.tensor([1.0, 2.0, 3.0, 4.0]);
        using var total = numbers.sum();
        return total.item<double>();
    }

    [GeneratedRegex(@"(?<library>lib[\w+-]+)[^\s]*: version `(?<version>[\w.]+)' not found")]
    private static partial Regex MissingSymbol();
}
