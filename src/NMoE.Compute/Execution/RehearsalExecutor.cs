using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;

namespace NMoE.Compute.Execution;

/// <summary>
/// Answers every job at once with a result of the right sizes and made-up contents: an experiment can be rehearsed, with its real messages,
/// bytes and virtual times, before anything is computed. A job that the store remembers is answered truly.
/// </summary>
/// <param name="functions">The kinds of jobs that there are; each kind once.</param>
/// <param name="recall">The remembered result of a job, or null.</param>
public sealed class RehearsalExecutor(IEnumerable<IJobFunction> functions, Func<Job, JobResult?> recall) : IExecutor
{
    private readonly ImmutableSortedDictionary<string, IJobFunction> _functions =
        functions.ToImmutableSortedDictionary(function => function.Kind, function => function, StringComparer.Ordinal);

    private readonly Dictionary<string, RehearsedJob> _handles = new(StringComparer.Ordinal);
    private readonly HashSet<BlobHash> _free = [];
    private readonly ReuseDistance _reuse = new();
    private readonly SortedDictionary<string, RehearsedKind> _kinds = new(StringComparer.Ordinal);

    /// <summary>What each kind of job will take and leave, ordered by name.</summary>
    public IReadOnlyDictionary<string, RehearsedKind> Kinds => _kinds;

    /// <summary>Bytes that a store must hold at once so that no blob leaves it before its last use, those aside that cost nothing to make.</summary>
    public long WorkingSetBytes => _reuse.MaxBytes;

    /// <summary>The largest blob that a job to run will leave, and the kind of that job.</summary>
    public (string Kind, long Bytes) LargestBlob { get; private set; } = ("", 0);

    /// <inheritdoc/>
    public ExecutorCounts Counts => new(
        _kinds.Values.Sum(kind => kind.Jobs), _kinds.Values.Sum(kind => kind.Remembered),
        _kinds.ToImmutableSortedDictionary(pair => pair.Key, pair => pair.Value.Jobs, StringComparer.Ordinal),
        _kinds.ToImmutableSortedDictionary(pair => pair.Key, pair => pair.Value.Remembered, StringComparer.Ordinal));

    /// <inheritdoc/>
    public void Keep(IEnumerable<BlobRef> blobs)
    {
        // Nothing is stored, so nothing is evicted.
    }

    /// <inheritdoc/>
    public IJobHandle Submit(Job job)
    {
        ArgumentNullException.ThrowIfNull(job);
        var key = JobKey.Of("rehearsal", job);
        if (!_handles.TryGetValue(key, out var handle))
        {
            _handles[key] = handle = Answer(key, job);
            Use(job, handle);
        }

        return handle;
    }

    private void Use(Job job, RehearsedJob handle)
    {
        foreach (var input in job.Inputs)
        {
            if (!_free.Contains(input.Hash))
            {
                _reuse.Use(input);
            }
        }

        foreach (var input in job.Inputs)
        {
            if (_free.Contains(input.Hash))
            {
                _reuse.Touch(input);
            }
        }

        foreach (var output in handle.Result.Outputs)
        {
            _reuse.Touch(output);
        }

        if (handle.Flops == 0)
        {
            _free.UnionWith(handle.Result.Outputs.Select(output => output.Hash));
        }
    }

    private RehearsedJob Answer(string key, Job job)
    {
        if (!_functions.TryGetValue(job.Kind, out var function))
        {
            throw new JobFailedException(job, new UnknownJobException(job.Kind, _functions.Keys));
        }

        var forecast = function.Forecast(job);
        var of = _kinds.GetValueOrDefault(job.Kind) with { Work = function.Work };
        if (recall(job) is { } known)
        {
            _kinds[job.Kind] = of with { Remembered = of.Remembered + 1 };
            return new RehearsedJob(key, known, forecast.Flops);
        }

        _kinds[job.Kind] = of with { Jobs = of.Jobs + 1, Flops = of.Flops + forecast.Flops, Bytes = of.Bytes + forecast.Outputs.Sum() };
        var largest = forecast.Outputs.DefaultIfEmpty().Max();
        LargestBlob = largest > LargestBlob.Bytes ? (job.Kind, largest) : LargestBlob;
        return new RehearsedJob(key, MadeUp(key, forecast), forecast.Flops);
    }

    private static JobResult MadeUp(string key, JobForecast forecast) => new(
        [.. forecast.Outputs.Select((bytes, i) => new BlobRef(
            new BlobHash(Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(FormattableString.Invariant($"{key}/{i}"))))), bytes))],
        forecast.Metrics.ToImmutableSortedDictionary(name => name, _ => 1.0, StringComparer.Ordinal),
        forecast.Integers);

    private sealed record RehearsedJob(string Key, JobResult Result, double Flops) : IJobHandle
    {
        public bool IsFinished => true;

        public JobResult Wait(CancellationToken cancellation) => Result;

        public void WhenFinished(Action then) => then();
    }
}

/// <summary>What the jobs of one kind will take and leave.</summary>
/// <param name="Jobs">Distinct jobs to run.</param>
/// <param name="Remembered">Distinct jobs that are remembered.</param>
/// <param name="Flops">FLOP of those to run.</param>
/// <param name="Bytes">Bytes that they leave in the store.</param>
public readonly record struct RehearsedKind(int Jobs, int Remembered, double Flops, long Bytes)
{
    /// <summary>What its arithmetic is like.</summary>
    public WorkKind Work { get; init; }
}
