using NMoE.Federation.Algorithms;
using NMoE.Federation.Roles;
using NMoE.Federation.Settings;
using NMoE.Learning.Devices;

namespace NMoE.Cli.Running;

/// <summary>How many jobs a device computes at once: as many as there are threads, and on a GPU as many as its memory holds.</summary>
internal static class JobsAtOnce
{
    // Libraries keep workspaces and what they have freed, and a step copies weights to bf16: a job is counted as twice what its tensors take, and as this much beside.
    private const int Copies = 2;
    private const long Workspace = 256L << 20;

    // What the driver and the libraries' own code take of a GPU.
    private const double Usable = 0.9;

    /// <summary>Jobs of an experiment at once.</summary>
    /// <exception cref="NoDeviceException">Not even one fits.</exception>
    public static int Of(Plan plan, int threads) => plan.Settings.Compute is { Device.Cuda: { } number } compute
        ? Of(compute.Device, (long)Math.Min(compute.DeviceMemory, Usable * Gpus.Here().All[number].Bytes), Needed(plan.Settings), threads)
        : threads;

    /// <summary>Jobs of one size at once.</summary>
    /// <param name="device">The device, for the message.</param>
    /// <param name="memory">Bytes that they may fill together.</param>
    /// <param name="needed">Bytes of one.</param>
    /// <param name="threads">Compute threads.</param>
    /// <exception cref="NoDeviceException">Not even one fits.</exception>
    internal static int Of(ComputeDevice device, long memory, long needed, int threads) => needed <= memory
        ? (int)Math.Min(threads, memory / needed)
        : throw new NoDeviceException(
            device, FormattableString.Invariant($"a mini-batch of stage 1 takes about {needed} B, and jobs may fill {memory} B of its memory"), "Raise compute.device-memory, or lower model.width or extractor.batch.");

    /// <summary>Bytes of the largest job, a mini-batch of stage 1, counted generously.</summary>
    internal static long Needed(ExperimentSettings settings) => Workspace + (Copies * TrainingMemory.Of(settings).Bytes);
}
