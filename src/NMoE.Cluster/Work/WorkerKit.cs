using System.Collections.Immutable;
using NMoE.Compute.Jobs;
using NMoE.Compute.Store;
using NMoE.Learning.Data;
using NMoE.Learning.Identity;

namespace NMoE.Cluster.Work;

/// <summary>What a worker works with, whatever becomes of its node.</summary>
/// <param name="Threads">Compute threads, from 1.</param>
/// <param name="Functions">The kinds of jobs that it can run.</param>
/// <param name="FingerprintOf">Names, for a kind of job, its code and the arithmetic of this machine.</param>
/// <param name="Store">Its own store: a cache of blobs, and a memory of what it has computed.</param>
/// <param name="MissingData">What keeps it from an experiment's data set, in words; null where it has the data.</param>
/// <param name="HashOf">SHA-256 of what a training step gives on this machine, in lowercase hexadecimal digits.</param>
public sealed record WorkerKit(
    int Threads, ImmutableArray<IJobFunction> Functions, Func<string, string> FingerprintOf, JobStore Store, Func<DataSpec, string?> MissingData,
    Func<StepProbe, string> HashOf)
{
    /// <summary>Called once on each compute thread before its first job, and on the thread that takes the training step.</summary>
    public Action? PerThreadStart { get; init; }

    /// <summary>The fingerprint of each kind of job.</summary>
    internal ImmutableSortedDictionary<string, string> Prints =>
        Functions.ToImmutableSortedDictionary(function => function.Kind, function => FingerprintOf(function.Kind), StringComparer.Ordinal);
}
