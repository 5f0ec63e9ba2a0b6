using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using NMoE.Compute.Jobs;
using NMoE.Learning.Devices;
using NMoE.Learning.Models;
using static TorchSharp.torch;

namespace NMoE.Learning.Identity;

/// <summary>What, besides a job itself, determines its bits: the code of its kind, libtorch, the threads, and how this machine's vector units round.</summary>
public static class Fingerprint
{
    // More than 16 pictures a batch, for convolutions of fewer go another way than those of training.
    private const int Samples = 64;

    private static readonly ConcurrentDictionary<ComputeDevice, string> s_machines = new();

    /// <summary>The fingerprint of each kind of job in this process. Takes a small training step, on a thread prepared by <see cref="TorchThreads.Prepare(ComputeDevice)"/> for the same device.</summary>
    /// <param name="functions">The kinds of jobs there are.</param>
    /// <param name="device">What computes them.</param>
    /// <returns>The fingerprint by kind.</returns>
    public static Func<string, string> OfThisMachine(IReadOnlyCollection<IJobFunction> functions, ComputeDevice device)
    {
        var code = LoadedCode.OfThisProcess;
        var machine = OfArithmetic(device);
        var byKind = functions.ToImmutableSortedDictionary(function => function.Kind, function => $"code={code.HashOf(function)};{machine}", StringComparer.Ordinal);
        return kind => byKind.GetValueOrDefault(kind, machine);
    }

    /// <summary>
    /// How this process computes on a device, whatever its code: libtorch, the threads of a job, and how the vector units round, or the GPU, its driver and what its products round. Takes a small training step when first
    /// asked, on a thread prepared by <see cref="TorchThreads.Prepare(ComputeDevice)"/> for the same device.
    /// </summary>
    public static string OfArithmetic(ComputeDevice device) => s_machines.GetOrAdd(device, static of => Machine(of, of.Cuda is null ? null : Gpus.Here(), NativeTorch.Folder?.Version, Probe(of)));

    /// <summary>The same in words.</summary>
    /// <param name="device">What computes.</param>
    /// <param name="gpus">The machine's GPUs, where it is one of them.</param>
    /// <param name="stated">The version of a libtorch that the environment names.</param>
    /// <param name="probe">How it rounds.</param>
    internal static string Machine(ComputeDevice device, Gpus? gpus, string? stated, string probe)
    {
        var another = stated is null || (device.IsCpu && LibTorchFolder.IsBuilt(stated)) ? "" : $";libtorch={stated}";
        var gpu = device.Cuda is { } number ? gpus!.All[number] : null;
        var on = gpu is null ? "" : $";gpu={gpu.Name};capability={gpu.Capability};driver={gpus!.Driver};tf32={(device.Tf32 ? "on" : "off")}";
        return $"torch={typeof(Tensor).Assembly.GetName().Version};threads=1{another}{on};probe={probe}";
    }

    /// <summary>SHA-256 of the models after two small steps of FedCE on drawn pictures, in each precision: bf16 that is emulated rounds otherwise.</summary>
    /// <param name="device">What takes them.</param>
    public static string Probe(ComputeDevice device)
    {
        using var there = DeviceSetup.Visit(device);
        return Convert.ToHexStringLower(SHA256.HashData(
        [
            .. Enum.GetValues<Precision>()
                .SelectMany(precision => new ProbeJobs(new ModelSpec(16, 10) { Precision = precision }, Samples).Train(Samples / 2).Blobs)
                .SelectMany(blob => blob.ToArray()),
        ]));
    }
}

/// <summary>libtorch's thread settings belong to the thread that made them.</summary>
public static class TorchThreads
{
    /// <summary>One intra-op thread for jobs on the calling thread, and the CPU: other numbers give other bits.</summary>
    /// <exception cref="MissingLibraryException">libtorch does not load.</exception>
    public static void Prepare() => Prepare(ComputeDevice.Cpu);

    /// <summary>The same for a device; on a GPU the thread has a stream of its own.</summary>
    /// <exception cref="MissingLibraryException">libtorch does not load.</exception>
    /// <exception cref="NoDeviceException">There is no such device.</exception>
    public static void Prepare(ComputeDevice device)
    {
        NativeTorch.Require();
        SetThreads();
        DeviceSetup.Enter(device);
    }

    // Apart, so that TorchSharp's own loading begins after ours.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void SetThreads() => set_num_threads(1);
}
