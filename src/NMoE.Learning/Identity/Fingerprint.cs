using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using NMoE.Compute.Jobs;
using NMoE.Learning.Models;
using static TorchSharp.torch;

namespace NMoE.Learning.Identity;

/// <summary>What, besides a job itself, determines its bits: the code of its kind, libtorch, the threads, and how this machine's vector units round.</summary>
public static class Fingerprint
{
    // More than 16 pictures a batch, for convolutions of fewer go another way than those of training.
    private const int Samples = 64;

    private static readonly Lazy<string> Machine = new(() => $"torch={typeof(Tensor).Assembly.GetName().Version};threads=1;probe={Probe()}");

    /// <summary>The fingerprint of each kind of job in this process. Takes a small training step, on a thread prepared by <see cref="TorchThreads.Prepare"/>.</summary>
    /// <param name="functions">The kinds of jobs there are.</param>
    /// <returns>The fingerprint by kind.</returns>
    public static Func<string, string> OfThisMachine(IReadOnlyCollection<IJobFunction> functions)
    {
        var code = LoadedCode.OfThisProcess;
        var machine = Machine.Value;
        var byKind = functions.ToImmutableSortedDictionary(function => function.Kind, function => $"code={code.HashOf(function)};{machine}", StringComparer.Ordinal);
        return kind => byKind.GetValueOrDefault(kind, machine);
    }

    /// <summary>How this process computes, whatever its code: libtorch, the threads of a job, and how its vector units round. Takes a small training step when first asked, on a thread prepared by <see cref="TorchThreads.Prepare"/>.</summary>
    public static string OfArithmetic => Machine.Value;

    /// <summary>SHA-256 of the models after two small steps of FedCE on drawn pictures, in each precision: bf16 that is emulated rounds otherwise.</summary>
    public static string Probe() => Convert.ToHexStringLower(SHA256.HashData(
    [
        .. Enum.GetValues<Precision>()
            .SelectMany(precision => new ProbeJobs(new ModelSpec(16, 10) { Precision = precision }, Samples).Train(Samples / 2).Blobs)
            .SelectMany(blob => blob.ToArray()),
    ]));
}

/// <summary>libtorch's thread settings belong to the thread that made them.</summary>
public static class TorchThreads
{
    /// <summary>One intra-op thread for jobs on the calling thread: other numbers give other bits.</summary>
    /// <exception cref="MissingLibraryException">libtorch does not load.</exception>
    public static void Prepare()
    {
        NativeTorch.Require();
        SetThreads();
    }

    // Apart, so that TorchSharp's own loading begins after ours.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void SetThreads() => set_num_threads(1);
}
