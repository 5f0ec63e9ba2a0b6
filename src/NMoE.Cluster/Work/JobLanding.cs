using System.Diagnostics;
using Akka.Actor;
using NMoE.Cluster.Blobs;
using NMoE.Cluster.Work.Board;
using NMoE.Cluster.Work.Messages;
using NMoE.Compute.Blobs;
using NMoE.Compute.Execution;
using NMoE.Compute.Jobs;
using NMoE.Federation.Protocol;

namespace NMoE.Cluster.Work;

/// <summary>Brings home what one job made: its blobs first, then its record. Then nothing depends on the worker any more.</summary>
internal sealed class JobLanding : ReceiveActor
{
    private readonly Landing _landing;
    private readonly SortedSet<BlobHash> _missing = [];
    private readonly long _began = Stopwatch.GetTimestamp();
    private JobResult? _result;

    public JobLanding(Landing landing)
    {
        _landing = landing;
        Receive<BlobFetched>(fetched => Fetched(fetched.Blob));
        Receive<BlobNotFetched>(not => End(landing.Shelf.Trouble is { } trouble
            ? new Doomed(landing.Job, trouble)
            : new Missed(landing.Worker, landing.Job, not.Reason)));
    }

    public static Props Of(Landing landing) => Props.Create(() => new JobLanding(landing)).WithDispatcher(BlobExchange.Dispatcher);

    protected override void PreStart()
    {
        if (_landing.Ended.Result.Blob is { } parcel)
            Fetch(parcel);
        else
            Unpack(_landing.Ended.Result.Inside);
    }

    private void Fetch(BlobRef blob) => _landing.Blobs.Tell(new FetchBlob(blob, _landing.From));

    private void Fetched(BlobRef blob)
    {
        if (_result is null)
        {
            if (_landing.Shelf.TryRead(blob) is { } bytes)
                Unpack(bytes);
            else
                End(new Missed(_landing.Worker, _landing.Job, "its result left the store as soon as it was there"));
            return;
        }

        if (_missing.Remove(blob.Hash) && _missing.Count == 0)
            Record(_result);
    }

    private void Unpack(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            _result = Parcels.ResultOf(bytes);
        }
        catch (WireException problem)
        {
            End(new Missed(_landing.Worker, _landing.Job, problem.Message));
            return;
        }

        _missing.UnionWith(_result.Outputs.Select(output => output.Hash));
        if (_missing.Count == 0)
            Record(_result);
        foreach (var output in _result.Outputs.DistinctBy(output => output.Hash))
            Fetch(output);
    }

    private void Record(JobResult result)
    {
        _landing.Job.Finish(result, _landing.Ended.Time);
        End(new Landed(_landing.Job, Stopwatch.GetElapsedTime(_began)));
    }

    private void End(object end)
    {
        Context.Parent.Tell(end);
        Context.Stop(Self);
    }

    /// <summary>What is brought home, and whence.</summary>
    internal sealed record Landing(WorkerId Worker, Address From, JobEnded Ended, CarriedJob Job, IActorRef Blobs, CoordinatorShelf Shelf);

    /// <summary>To the coordinator: the job is recorded.</summary>
    internal sealed record Landed(CarriedJob Job, TimeSpan Time);

    /// <summary>To the coordinator: what the worker made did not come.</summary>
    internal sealed record Missed(WorkerId Worker, CarriedJob Job, string Reason);

    /// <summary>To the coordinator: its own store refused it.</summary>
    internal sealed record Doomed(CarriedJob Job, Exception Cause);
}
