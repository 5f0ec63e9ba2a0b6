using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Compute.Store;

namespace NMoE.Compute.Execution;

/// <summary>Runs one job on the calling thread: fetches its inputs, making missing ones again, and stores what it made.</summary>
internal sealed class JobRunner
{
    private readonly JobStore _store;
    private readonly ImmutableSortedDictionary<string, IJobFunction> _functions;
    private readonly Func<string, string> _fingerprintOf;
    private readonly CancellationToken _cancellation;
    private readonly ConcurrentDictionary<BlobHash, JobRecord> _producers = new();
    private readonly ConcurrentDictionary<BlobHash, object> _making = new();

    public JobRunner(JobStore store, IEnumerable<IJobFunction> functions, Func<string, string> fingerprintOf, CancellationToken cancellation)
    {
        _store = store;
        _functions = functions.ToImmutableSortedDictionary(f => f.Kind, f => f, StringComparer.Ordinal);
        _fingerprintOf = fingerprintOf;
        _cancellation = cancellation;
    }

    /// <summary>The remembered result of a job's key, or null.</summary>
    public JobResult? Recall(string key)
    {
        if (_store.Find(key) is not { } record)
            return null;
        Know(record);
        return record.Result;
    }

    /// <summary>What a job's function made, and the time that it took.</summary>
    public sealed record Made(JobOutput Output, TimeSpan Time);

    /// <summary>Runs a job. Its result is to be remembered.</summary>
    public Made Run(Job job, ExecutorShare share) => Execute(job, [], share);

    /// <summary>Remembers what a job made, blobs first.</summary>
    public JobResult Remember(Job job, Made made)
    {
        var result = Stored(made);
        Remember(job, result);
        return result;
    }

    /// <summary>Remembers a result whose blobs are in the store.</summary>
    public void Remember(Job job, JobResult result)
    {
        var record = new JobRecord(_fingerprintOf(job.Kind), job, result);
        _store.PutRecord(record);
        Know(record);
    }

    /// <summary>The bytes of a blob, made again by its own job when it has left the store.</summary>
    public ReadOnlyMemory<byte> Fetch(BlobRef blob, ExecutorShare share) => Fetch(blob, [], share);

    /// <summary>Forgets who made blobs: the store still knows.</summary>
    public void Forget(JobResult result)
    {
        foreach (var output in result.Outputs)
            _producers.TryRemove(output.Hash, out _);
    }

    private ReadOnlyMemory<byte> Fetch(BlobRef blob, ImmutableHashSet<BlobHash> wanted, ExecutorShare share)
    {
        if (_store.TryRead(blob) is { } bytes)
            return bytes;
        var producer = Producer(blob.Hash);
        if (wanted.Contains(blob.Hash))
            throw RemakeException.NeedsItself(producer.Job.Kind, blob.Hash);

        // Two jobs that miss one blob make it once. Jobs need only what was made before them, so waits form no circle.
        lock (_making.GetOrAdd(blob.Hash, _ => new object()))
            return _store.TryRead(blob) ?? Remake(blob.Hash, producer, wanted.Add(blob.Hash), share);
    }

    private ReadOnlyMemory<byte> Remake(BlobHash missing, JobRecord producer, ImmutableHashSet<BlobHash> wanted, ExecutorShare share)
    {
        var job = producer.Job;
        var made = Execute(job, wanted, share);
        var result = Stored(made);
        var before = producer.Result.Outputs;
        for (var i = 0; i < before.Length; i++)
        {
            var now = i < result.Outputs.Length ? result.Outputs[i].Hash : (BlobHash?)null;
            if (now != before[i].Hash)
                throw RemakeException.Differs(job.Kind, before[i].Hash, now);
        }

        share.Ran(producer.Key(), job, result, made.Time);
        return made.Output.Blobs[before.IndexOf(before.First(b => b.Hash == missing))];
    }

    private Made Execute(Job job, ImmutableHashSet<BlobHash> wanted, ExecutorShare share)
    {
        if (!_functions.TryGetValue(job.Kind, out var function))
            throw new JobFailedException(job, new UnknownJobException(job.Kind, _functions.Keys));
        ImmutableArray<ReadOnlyMemory<byte>> inputs = [.. job.Inputs.Select(input => Fetch(input, wanted, share))];
        _cancellation.ThrowIfCancellationRequested();
        var start = Stopwatch.GetTimestamp();
        var output = function.Run(new(job, inputs, _cancellation));
        return new(output, Stopwatch.GetElapsedTime(start));
    }

    private JobResult Stored(Made made) => new([.. made.Output.Blobs.Select(_store.Put)], made.Output.Metrics, made.Output.Integers);

    private void Know(JobRecord record)
    {
        foreach (var output in record.Result.Outputs)
            _producers.TryAdd(output.Hash, record);
    }

    // What this process has seen comes first, since it stands even when the record on disk was damaged meanwhile.
    private JobRecord Producer(BlobHash blob) =>
        _producers.TryGetValue(blob, out var known)
            ? known
            : _functions.Keys.Select(kind => _store.FindProducer(blob, _fingerprintOf(kind))).FirstOrDefault(record => record is not null)
                ?? throw RemakeException.NoProducer(blob);
}
