using System.Diagnostics;
using System.Runtime.CompilerServices;
using NMoE.Learning.Devices;

namespace NMoE.Learning.Identity;

/// <summary>Real training steps on a device, to see whether it computes.</summary>
/// <param name="Alike">Whether the same steps gave the same bits again.</param>
/// <param name="Time">What the second time took.</param>
/// <param name="HasStream">On a GPU: whether the thread has a stream of its own.</param>
public sealed record DeviceTrial(bool Alike, TimeSpan Time, bool HasStream)
{
    /// <summary>What this machine and process have for computing on a GPU. Loads libtorch.</summary>
    /// <exception cref="MissingLibraryException">libtorch does not load.</exception>
    public static DeviceFacts Facts()
    {
        NativeTorch.Require();
        return DeviceSetup.Facts();
    }

    /// <summary>Two steps of a small residual network in each precision, twice.</summary>
    /// <exception cref="MissingLibraryException">libtorch does not load.</exception>
    /// <exception cref="NoDeviceException">There is no such device.</exception>
    public static DeviceTrial Of(ComputeDevice device)
    {
        NativeTorch.Require();
        return Run(device);
    }

    // Apart, so that TorchSharp's own loading begins after ours.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static DeviceTrial Run(ComputeDevice device)
    {
        var first = Fingerprint.Probe(device);
        var start = Stopwatch.GetTimestamp();
        return new(Fingerprint.Probe(device) == first, Stopwatch.GetElapsedTime(start), CudaStream.HasOwn);
    }
}
