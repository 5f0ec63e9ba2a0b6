using System.Collections.Immutable;
using NMoE.Cluster.Work.Messages;
using NMoE.Learning.Identity;
using NMoE.Learning.Models;

namespace NMoE.Cluster.Work;

/// <summary>Who may work: a worker whose results are those of the coordinator to the bit, as far as fingerprints tell (code of every kind of job, libtorch, small training steps) and one training step of the experiment's model.</summary>
internal static class Admission
{
    private const string Remedy = "their vector units round differently. Start both with the same NMOE_ISA, such as NMOE_ISA=avx2, by the launcher ./nmoe.";

    /// <summary>Why a worker is refused; null for one that is admitted.</summary>
    /// <param name="ours">Fingerprints of the coordinator by kind of job.</param>
    /// <param name="theirs">Those of the worker.</param>
    public static string? Refusal(ImmutableSortedDictionary<string, string> ours, ImmutableSortedDictionary<string, string> theirs)
    {
        if (ours.Keys.Except(theirs.Keys, StringComparer.Ordinal).ToArray() is [var missing, ..])
            return $"The worker cannot run the job '{missing}'. Start it from the same version of NMoE as the coordinator.";
        foreach (var (kind, print) in ours)
        {
            if (theirs[kind] != print)
                return Difference(kind, Parts(print), Parts(theirs[kind]));
        }

        return null;
    }

    /// <summary>Why a worker is refused for what its training step gave; null for one that is admitted.</summary>
    /// <param name="probe">The steps that were taken.</param>
    /// <param name="ours">SHA-256 of what it gives on the coordinator.</param>
    /// <param name="theirs">SHA-256 of what it gave on the worker.</param>
    public static string? Refusal(WorkerProbe probe, string ours, string theirs)
    {
        if (ours == theirs)
            return null;
        var models = string.Join("; ", probe.All.Select(one => Words(one.Step)).Distinct());
        return $"One training step of {(probe.Others.IsEmpty ? "this experiment's model" : "these experiments' models")} ({models}) gives other bits on the worker than on the coordinator "
            + $"({Short(theirs)}, the coordinator's {Short(ours)}): {Remedy}";
    }

    private static string Words(StepProbe step) =>
        FormattableString.Invariant($"{step.Model.Words}, batch {step.Batch}, {(step.Model.Precision == Precision.BFloat16 ? "bf16" : "fp32")}");

    // What every kind shares comes first: it is what a user can do something about.
    private static string Difference(string kind, ImmutableSortedDictionary<string, string> ours, ImmutableSortedDictionary<string, string> theirs)
    {
        if (Differs("torch", ours, theirs) is { } torch)
            return $"The worker's TorchSharp is {torch}. Start both from the same version of NMoE.";
        if (Differs("threads", ours, theirs) is { } threads)
            return $"The worker runs a job on other threads: {threads}. Start both from the same version of NMoE.";
        if (Differs("probe", ours, theirs) is { } probe)
            return $"One small training step gives other bits on the worker than on the coordinator (probe {probe}): {Remedy}";

        return $"The worker's code of the job '{kind}' is not the coordinator's ({Differs("code", ours, theirs) ?? "its fingerprint differs"}). Start both from the same version of NMoE.";
    }

    private static string? Differs(string part, ImmutableSortedDictionary<string, string> ours, ImmutableSortedDictionary<string, string> theirs)
    {
        var (our, their) = (ours.GetValueOrDefault(part, "none"), theirs.GetValueOrDefault(part, "none"));
        return our == their ? null : $"{Short(their)}, the coordinator's {Short(our)}";
    }

    private static string Short(string value) => value.Length == 64 ? value[..12] : value;

    private static ImmutableSortedDictionary<string, string> Parts(string print)
    {
        var parts = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var part in print.Split(';'))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            parts[equals < 0 ? part : part[..equals]] = equals < 0 ? "" : part[(equals + 1)..];
        }

        return parts.ToImmutable();
    }
}
