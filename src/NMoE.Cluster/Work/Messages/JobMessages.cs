using System.Collections.Immutable;
using NMoE.Compute.Blobs;

namespace NMoE.Cluster.Work.Messages;

/// <summary>Bytes inside a message or, where they are too many, in a blob at the sender.</summary>
/// <param name="Inside">The bytes; empty where they are elsewhere.</param>
/// <param name="Blob">Where they are; null where they are inside.</param>
internal sealed record Parcel(ReadOnlyMemory<byte> Inside, BlobRef? Blob);

/// <summary>To a worker: run this.</summary>
/// <param name="Key">The job's key.</param>
/// <param name="Job">The job.</param>
internal sealed record JobOffer(string Key, Parcel Job);

/// <summary>To a worker: a job that it has needs nothing more.</summary>
/// <param name="Key">The job's key.</param>
internal sealed record JobWithdrawn(string Key);

/// <summary>From a worker: a job is done, and its blobs are there to be fetched.</summary>
/// <param name="Key">The job's key.</param>
/// <param name="Result">Its result.</param>
/// <param name="Time">What its function took; null where the worker remembered the result.</param>
/// <param name="MovedBytes">Bytes of inputs that had to be fetched.</param>
/// <param name="MovingTime">How long that took.</param>
internal sealed record JobEnded(string Key, Parcel Result, TimeSpan? Time, long MovedBytes, TimeSpan MovingTime);

/// <summary>From a worker: it cannot run a job, for a reason of its own or because inputs are missing.</summary>
/// <param name="Key">The job's key.</param>
/// <param name="Reason">Why.</param>
/// <param name="Missing">Inputs that could not be fetched.</param>
internal sealed record JobReturned(string Key, string Reason, ImmutableArray<BlobRef> Missing);

/// <summary>From a worker: a job failed, as it would anywhere.</summary>
/// <param name="Key">The job's key.</param>
/// <param name="Message">How.</param>
/// <param name="Fault">Whose fault it is.</param>
internal sealed record JobBroke(string Key, string Message, JobFault Fault);

/// <summary>Why a job fails on every worker.</summary>
internal enum JobFault
{
    /// <summary>Its function failed.</summary>
    Function,

    /// <summary>The experiment asks for what cannot be.</summary>
    Experiment,
}
