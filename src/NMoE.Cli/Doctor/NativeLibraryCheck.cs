using System.Runtime.CompilerServices;
using NMoE.Learning.Devices;

namespace NMoE.Cli.Doctor;

/// <summary>Whether libtorch loads and can count.</summary>
/// <param name="sum">Sums 1 to 4 with libtorch.</param>
internal sealed class NativeLibraryCheck(Func<double> sum) : IDoctorCheck
{
    private const double SumOfOneToFour = 10;

    /// <summary>With the libtorch that this program was built with.</summary>
    public NativeLibraryCheck()
        : this(SumInTorch)
    {
    }

    public string Subject => "native library";

    public IReadOnlyList<Finding> Look()
    {
        try
        {
            var found = sum();
            if (NativeTorch.Missing is { } missing)
                return [new(Subject, FindingLevel.Advice, $"libtorch {NativeTorch.Folder!.Version} of {NativeTorch.Folder.Path} loads and adds up, without {missing}: a call of it ends the process", $"Unset {LibTorchFolder.AnyVariable}, and write a folder of the version that it asks for.")];
            return found == SumOfOneToFour
                ? [new(Subject, FindingLevel.Good, $"libtorch{(NativeTorch.Folder is { } folder ? $" {folder.Version} of {folder.Path}" : "")} loads and computes")]
                : [new(Subject, FindingLevel.Broken, $"libtorch loads, but finds 1+2+3+4 = {found}", "Try another NMOE_ISA: avx2 or baseline.")];
        }
#pragma warning disable CA1031 // A native library fails to load with many types: TypeInitialization, DllNotFound, NotSupported, ...
        catch (Exception error)
#pragma warning restore CA1031
        {
            var reason = error.GetBaseException().Message.Split('\n')[0].Trim().TrimEnd('.');
            return error is MissingLibraryException missing
                ? [new(Subject, FindingLevel.Broken, $"libtorch does not load: {missing.Detail}", missing.Remedy)]
                : [new(Subject, FindingLevel.Broken, $"libtorch loads, yet does not compute ({reason})", "Remove artifacts and the bin folders, and start ./nmoe, which builds again.")];
        }
    }

    private static double SumInTorch()
    {
        NativeTorch.Require();
        return Sum();
    }

    // Kept apart: TorchSharp's own loading begins with the first method that names it.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static double Sum()
    {
        using var numbers = TorchSharp.torch.tensor([1.0, 2.0, 3.0, 4.0]);
        using var total = numbers.sum();
        return total.item<double>();
    }
}
