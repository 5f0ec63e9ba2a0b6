using System.Collections.Immutable;
using NMoE.Compute.Blobs;

namespace NMoE.Cluster.Work.Board;

/// <summary>What happens to a board.</summary>
internal abstract record WorkEvent
{
    /// <summary>A job is to be computed.</summary>
    public sealed record JobSubmitted(string Key, ImmutableArray<BlobRef> Inputs) : WorkEvent;

    /// <summary>A worker was admitted, for its training step gave the coordinator's bits. It gets nothing before it asks.</summary>
    public sealed record WorkerJoined(WorkerId Worker, int Threads, ImmutableArray<BlobRef> Holds) : WorkEvent;

    /// <summary>A worker takes up to so many jobs at a time, and has these: said again and again, so that an offer that was lost is made again.</summary>
    public sealed record WorkerAsked(WorkerId Worker, int Jobs, ImmutableArray<string> Has) : WorkEvent;

    /// <summary>A worker says goodbye.</summary>
    public sealed record WorkerLeft(WorkerId Worker) : WorkEvent;

    /// <summary>A worker is gone without a word.</summary>
    public sealed record WorkerLost(WorkerId Worker) : WorkEvent;

    /// <summary>A worker has finished a job and holds what it made.</summary>
    public sealed record ResultOffered(WorkerId Worker, string Key, ImmutableArray<BlobRef> Outputs) : WorkEvent;

    /// <summary>What a job made is in the coordinator's store, and the job is recorded.</summary>
    public sealed record ResultLanded(string Key) : WorkEvent;

    /// <summary>What a worker made did not reach the coordinator's store.</summary>
    public sealed record LandingFailed(WorkerId Worker, string Key, string Reason) : WorkEvent;

    /// <summary>A worker gives a job back for a reason of its own: its disk is full, it is stopping.</summary>
    public sealed record JobReturned(WorkerId Worker, string Key, string Reason) : WorkEvent;

    /// <summary>A worker gives a job back because inputs have left the coordinator's store.</summary>
    public sealed record InputsMissing(WorkerId Worker, string Key, ImmutableArray<BlobRef> Blobs) : WorkEvent;

    /// <summary>A job's inputs are in the coordinator's store again.</summary>
    public sealed record InputsMended(string Key) : WorkEvent;

    /// <summary>The coordinator itself cannot bring a job to its end: its disk is full, or a blob cannot be made again.</summary>
    public sealed record JobDoomed(string Key) : WorkEvent;

    /// <summary>A job failed for a reason that every worker would meet.</summary>
    public sealed record JobBroke(WorkerId Worker, string Key) : WorkEvent;
}

/// <summary>What is to be done about it, in this order.</summary>
internal abstract record WorkEffect
{
    /// <summary>Offer a job to a worker.</summary>
    public sealed record Give(WorkerId Worker, string Key) : WorkEffect;

    /// <summary>Fetch what a worker made, then record it.</summary>
    public sealed record Land(WorkerId Worker, string Key) : WorkEffect;

    /// <summary>Make blobs again.</summary>
    public sealed record Mend(string Key, ImmutableArray<BlobRef> Blobs) : WorkEffect;

    /// <summary>Tell a worker that a job which it has needs nothing more.</summary>
    public sealed record Withdraw(WorkerId Worker, string Key) : WorkEffect;

    /// <summary>The job is finished. Once a job, and never beside <see cref="Fail"/> or <see cref="GiveUp"/>.</summary>
    public sealed record Finish(string Key) : WorkEffect;

    /// <summary>The job failed, as was told. Once a job.</summary>
    public sealed record Fail(string Key) : WorkEffect;

    /// <summary>No worker brings the job to an end. Once a job.</summary>
    public sealed record GiveUp(string Key, int Failures, string Reason) : WorkEffect;
}
