using System.Collections.Immutable;
using NMoE.Compute.Blobs;

namespace NMoE.Cluster.Work.Board;

/// <summary>A worker that the coordinator has admitted. A process that comes back is another worker.</summary>
/// <param name="Number">From 1, in the order of admission.</param>
internal readonly record struct WorkerId(int Number) : IComparable<WorkerId>
{
    public int CompareTo(WorkerId other) => Number.CompareTo(other.Number);

    /// <summary>As in a log: <c>worker 3</c>.</summary>
    public override string ToString() => FormattableString.Invariant($"worker {Number}");
}

/// <summary>
/// What is to be computed and who does it: the coordinator's state, changed by <see cref="WorkRules"/> only. A job is named by its key. What is
/// finished is forgotten here, since the store remembers it; so a second result of a job is one of a job that is not known.
/// </summary>
internal sealed record WorkBoard
{
    /// <summary>A board without jobs and workers.</summary>
    public static WorkBoard Empty { get; } = new();

    /// <summary>Jobs that are not finished, by key.</summary>
    public ImmutableSortedDictionary<string, BoardJob> Jobs { get; init; } = ImmutableSortedDictionary.Create<string, BoardJob>(StringComparer.Ordinal);

    /// <summary>Those of them that wait for a worker, in the order in which they are given away.</summary>
    public ImmutableSortedDictionary<QueuePlace, string> Queue { get; init; } = ImmutableSortedDictionary<QueuePlace, string>.Empty;

    /// <summary>Workers that are there.</summary>
    public ImmutableSortedDictionary<WorkerId, BoardWorker> Workers { get; init; } = ImmutableSortedDictionary<WorkerId, BoardWorker>.Empty;

    /// <summary>How often the job at the head of the queue was passed over for one whose inputs a worker held.</summary>
    public int HeadPassedOver { get; init; }

    /// <summary>Number of jobs submitted so far.</summary>
    public long Submitted { get; init; }
}

/// <summary>A place in the queue.</summary>
/// <param name="Turn">0 for a job that a worker had already, 1 for one that none had.</param>
/// <param name="Number">The job's number in the order of submission.</param>
internal readonly record struct QueuePlace(int Turn, long Number) : IComparable<QueuePlace>
{
    public int CompareTo(QueuePlace other) => Turn != other.Turn ? Turn.CompareTo(other.Turn) : Number.CompareTo(other.Number);
}

/// <summary>A job that is not finished.</summary>
/// <param name="Number">In the order of submission, from 0.</param>
/// <param name="Inputs">The blobs that it reads.</param>
/// <param name="Stands">Where it is.</param>
/// <param name="Failures">How often a worker had it and did not bring it to an end.</param>
internal sealed record BoardJob(long Number, ImmutableArray<BlobRef> Inputs, JobStand Stands, int Failures);

/// <summary>Where a job is that is not finished.</summary>
internal abstract record JobStand
{
    /// <summary>It waits for a worker.</summary>
    public sealed record Queued(QueuePlace Place) : JobStand;

    /// <summary>A worker has it.</summary>
    public sealed record Given(WorkerId Worker) : JobStand;

    /// <summary>A worker has finished it, and what it made is on its way to the coordinator's store.</summary>
    public sealed record Landing(WorkerId Worker) : JobStand;

    /// <summary>Its inputs have left the coordinator's store and are being made again.</summary>
    public sealed record Mending : JobStand;
}

/// <summary>A worker that is there.</summary>
/// <param name="Threads">Its compute threads.</param>
/// <param name="Wanted">How many jobs it takes at a time, beside one more to fetch the inputs of; 0 while it takes none.</param>
/// <param name="UnderWay">Keys of the jobs that it has.</param>
/// <param name="Holds">The blobs that its own store is thought to hold; wrong only at the price of a fetch.</param>
internal sealed record BoardWorker(int Threads, int Wanted, ImmutableSortedSet<string> UnderWay, HeldBlobs Holds);
