using System.Collections.Immutable;
using NMoE.Compute.Blobs;

namespace NMoE.Compute.Jobs;

/// <summary>
/// A piece of heavy work as a value. Two jobs with the same canonical form have the same result, to the bit,
/// on machines with the same fingerprint.
/// </summary>
/// <param name="Kind">The name of the job function, such as <c>fedce-train</c>.</param>
/// <param name="Parameters">Canonical JSON of the kind's parameter record: members in declaration order, invariant numbers, no white space.</param>
/// <param name="Inputs">Blobs read, in the order that the kind documents.</param>
/// <param name="Seed">The key of every draw inside the job.</param>
public sealed record Job(string Kind, string Parameters, ImmutableArray<BlobRef> Inputs, ulong Seed);

/// <summary>What a job left: blobs by reference, and small values inline. Kept for ever, while blobs may be evicted.</summary>
/// <param name="Outputs">Blobs written, in the order that the kind documents.</param>
/// <param name="Metrics">Named numbers, such as <c>loss</c>; ordered by name.</param>
/// <param name="Integers">A small table of integers that roles decide on, such as each row's chosen experts; usually empty.</param>
public sealed record JobResult(
    ImmutableArray<BlobRef> Outputs,
    ImmutableSortedDictionary<string, double> Metrics,
    ImmutableArray<int> Integers);

/// <summary>What a job function returns before its blobs are stored.</summary>
/// <param name="Blobs">The bytes of each output blob.</param>
/// <param name="Metrics">Named numbers.</param>
/// <param name="Integers">A small table of integers.</param>
public sealed record JobOutput(
    ImmutableArray<ReadOnlyMemory<byte>> Blobs,
    ImmutableSortedDictionary<string, double> Metrics,
    ImmutableArray<int> Integers);

/// <summary>What a job function is given: its job, and the bytes of its inputs, checked against their hashes.</summary>
/// <param name="Job">The job.</param>
/// <param name="Inputs">The bytes of each input, in the job's order.</param>
/// <param name="Cancellation">Set when the run is being stopped; long work looks at it between steps.</param>
public sealed record JobContext(Job Job, ImmutableArray<ReadOnlyMemory<byte>> Inputs, CancellationToken Cancellation);

/// <summary>What a job will take and leave, known without running it.</summary>
/// <param name="Flops">FLOP of the real work; an upper bound where it may stop early.</param>
/// <param name="Outputs">Bytes of each output blob, to the byte.</param>
/// <param name="Integers">A table of integers of the form that the job will leave; what it says is made up.</param>
/// <param name="Metrics">Names of its metrics.</param>
public sealed record JobForecast(double Flops, ImmutableArray<long> Outputs, ImmutableArray<int> Integers, ImmutableArray<string> Metrics)
{
    /// <summary>A job that leaves one blob and no numbers.</summary>
    public static JobForecast OneBlob(double flops, long bytes) => new(flops, [bytes], [], []);
}

/// <summary>What a job computes for the most part: machines do each at a speed of its own.</summary>
public enum WorkKind
{
    /// <summary>Products of matrices: experts, gates, averages.</summary>
    Dense,

    /// <summary>Epochs of the extractor.</summary>
    Training,

    /// <summary>The extractor without gradients.</summary>
    Forward,
}

/// <summary>The pure function of one kind of job. It takes everything as input and touches no global.</summary>
public interface IJobFunction
{
    /// <summary>The kind of job that this function runs.</summary>
    string Kind { get; }

    /// <summary>What its arithmetic is like: how fast a machine does it.</summary>
    WorkKind Work => WorkKind.Dense;

    /// <summary>Runs the job on the calling thread.</summary>
    /// <exception cref="OperationCanceledException">The run is being stopped.</exception>
    JobOutput Run(JobContext context);

    /// <summary>What a job of this kind will take and leave, from its record alone.</summary>
    JobForecast Forecast(Job job);
}
