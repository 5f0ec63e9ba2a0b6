using System.Collections.Immutable;
using System.Diagnostics;
using Akka.Actor;
using NMoE.Cluster.Blobs;
using NMoE.Cluster.Work.Messages;
using NMoE.Compute;
using NMoE.Compute.Blobs;
using NMoE.Compute.Execution;
using NMoE.Compute.Jobs;
using NMoE.Federation.Protocol;

namespace NMoE.Cluster.Work;

/// <summary>One job on a worker: has its inputs fetched, has it run, and tells its parent what the coordinator is to be told.</summary>
internal sealed class WorkerJob : ReceiveActor
{
    private readonly JobOffer _offer;
    private readonly Bench _bench;
    private readonly SortedSet<BlobHash> _missing = [];
    private readonly long _began = Stopwatch.GetTimestamp();
    private Job? _job;
    private IDisposable? _pinned;
    private long _movedBytes;
    private TimeSpan _moving;
    private IJobHandle? _handle;

    public WorkerJob(JobOffer offer, Bench bench)
    {
        (_offer, _bench) = (offer, bench);
        Receive<BlobFetched>(fetched => Fetched(fetched.Blob));
        Receive<BlobNotFetched>(not => End(new JobReturned(offer.Key, $"an input did not come: {not.Reason}", [not.Blob])));
        Receive<Finished>(_ => Finish());
        Receive<Made>(made => Report(made.Result));
        Receive<Status.Failure>(failure => End(JobTrouble.Of(offer.Key, failure.Cause)));
    }

    public static Props Of(JobOffer offer, Bench bench) => Props.Create(() => new WorkerJob(offer, bench)).WithDispatcher(BlobExchange.Dispatcher);

    protected override void PreStart()
    {
        if (_offer.Job.Blob is { } parcel)
            Fetch(parcel);
        else
            Unpack(_offer.Job.Inside);
    }

    protected override void PostStop() => _pinned?.Dispose();

    private void Fetch(BlobRef blob) => _bench.Blobs.Tell(new FetchBlob(blob, _bench.Coordinator));

    private void Fetched(BlobRef blob)
    {
        if (_job is null)
        {
            if (_bench.Shelf.TryRead(blob) is { } bytes)
                Unpack(bytes);
            else
                End(new JobReturned(_offer.Key, "the job itself left the store as soon as it was there", []));
            return;
        }

        if (!_missing.Remove(blob.Hash))
            return;
        _movedBytes += blob.Bytes;
        if (_missing.Count == 0)
            Start(_job);
    }

    private void Unpack(ReadOnlyMemory<byte> bytes) => Guarded(() =>
    {
        _job = Parcels.JobOf(bytes);
        // Pinned first: what is there already must not leave while the rest comes.
        _pinned = _bench.Kit.Store.Pin(_job.Inputs.Select(input => input.Hash));
        ImmutableArray<BlobRef> missing = [.. _job.Inputs.DistinctBy(input => input.Hash).Where(input => !_bench.Kit.Store.Contains(input.Hash))];
        _missing.UnionWith(missing.Select(input => input.Hash));
        foreach (var input in missing)
            Fetch(input);
        if (missing.IsEmpty)
            Start(_job);
    });

    private void Start(Job job)
    {
        _moving = _movedBytes > 0 ? Stopwatch.GetElapsedTime(_began) : TimeSpan.Zero;
        _bench.Say(new(WorkerEvent.JobBegan, $"began {job.Kind}") { Job = _offer.Key, Kind = job.Kind });
        _handle = _bench.Executor.Submit(job);
        if (_handle.Key != _offer.Key)
        {
            End(new JobReturned(_offer.Key, $"the worker gives the job '{job.Kind}' another key than the coordinator", []));
            return;
        }

        var self = Self;
        _handle.WhenFinished(() => self.Tell(new Finished()));
    }

    private void Finish() => Guarded(() =>
    {
        var result = _handle!.Wait(CancellationToken.None);
        ImmutableArray<BlobRef> gone = [.. result.Outputs.Where(output => !_bench.Kit.Store.Contains(output.Hash))];
        if (gone.IsEmpty)
        {
            Report(result);
            return;
        }

        // A remembered result whose blobs were evicted: its inputs are here, so it can be made again.
        Task.Run(() =>
        {
            foreach (var blob in gone)
                _bench.Executor.ReadBlob(blob);
            return new Made(result);
        }).PipeTo(Self);
    });

    private void Report(JobResult result) => Guarded(() =>
    {
        TimeSpan? time = _bench.Times.TryRemove(_offer.Key, out var took) ? took : null;
        End(new Done(
            new(_offer.Key, Parcels.Pack(result, _bench.Shelf), time, _movedBytes, _moving),
            new(WorkerEvent.JobEnded, $"finished {_job!.Kind}") { Job = _offer.Key, Kind = _job.Kind, Seconds = time?.TotalSeconds }));
    });

    private void Guarded(Action work)
    {
        try
        {
            work();
        }
        catch (Exception failure) when (failure is ComputeException or OperationCanceledException or WireException)
        {
            End(failure is WireException ? new JobReturned(_offer.Key, failure.Message, []) : JobTrouble.Of(_offer.Key, failure));
        }
    }

    private void End(object end)
    {
        Context.Parent.Tell(end);
        Context.Stop(Self);
    }

    /// <summary>To the parent: the job is done.</summary>
    /// <param name="Ended">To be told to the coordinator.</param>
    /// <param name="News">To be said here, with it: a worker that was asked to leave meanwhile tells neither.</param>
    internal sealed record Done(JobEnded Ended, WorkerNews News);

    private sealed record Finished;

    private sealed record Made(JobResult Result);
}
