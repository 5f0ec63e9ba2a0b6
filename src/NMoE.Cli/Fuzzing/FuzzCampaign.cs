using System.Collections.Immutable;
using System.Diagnostics;
using NMoE.Federation.Experiments;
using NMoE.Federation.Fuzzing;
using NMoE.Federation.Settings;
using NMoE.Learning.Data;
using NMoE.Learning.Registry;

namespace NMoE.Cli.Fuzzing;

/// <summary>What a search found.</summary>
/// <param name="Cases">Seeds that were run.</param>
/// <param name="Results">Those that ended with a result.</param>
/// <param name="Events">Events of all of them.</param>
/// <param name="Elapsed">Wall-clock time.</param>
/// <param name="Found">Seeds in which an invariant did not hold, ascending: as each ended, and as it does with the fewest faults.</param>
/// <param name="Reasons">Why the others ended without one, digits aside, and how often.</param>
/// <param name="Coverage">Which fault met which state, and how often.</param>
internal sealed record CampaignResult(
    long Cases, long Results, long Events, TimeSpan Elapsed, ImmutableArray<(FuzzResult Whole, FuzzResult Shrunk)> Found,
    IReadOnlyDictionary<string, long> Reasons, Coverage Coverage);

/// <summary>Runs many seeds, one world a thread.</summary>
/// <param name="experiment">What cases are drawn from.</param>
/// <param name="threads">Threads.</param>
internal sealed class FuzzCampaign(ExperimentSettings experiment, int threads)
{
    // Shrinking one takes as long as many seeds.
    private const int MostShrunk = 16;

    private readonly CaseDrawing _drawing = new(experiment);
    private readonly Lock _lock = new();
    private readonly List<(FuzzResult Whole, FuzzResult Shrunk)> _found = [];
    private readonly SortedDictionary<string, long> _reasons = new(StringComparer.Ordinal);
    private readonly Coverage _coverage = new();
    private long _next = -1;
    private long _cases;
    private long _results;
    private long _events;

    /// <summary>Runs seeds 0, 1, ... until there are enough, the time is over or it is stopped: then those that have ended count.</summary>
    public CampaignResult Go(long seeds, TimeSpan? time, CancellationToken cancellation)
    {
        var watch = Stopwatch.StartNew();
        Exception? failure = null;
        var workers = Enumerable.Range(0, threads).Select(_ => new Thread(() =>
        {
            try
            {
                Work(seeds, () => !cancellation.IsCancellationRequested && (time is not { } limit || watch.Elapsed < limit), cancellation);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                // What this seed would have shown is not known; those before it are counted.
            }
            catch (Exception end) when (end is not OutOfMemoryException)
            {
                Interlocked.CompareExchange(ref failure, end, null);
            }
        })).ToArray();
        Array.ForEach(workers, worker => worker.Start());
        Array.ForEach(workers, worker => worker.Join());
        return failure is not null
            ? throw failure
            : new CampaignResult(_cases, _results, _events, watch.Elapsed, [.. _found.OrderBy(item => item.Whole.Case.Seed)], _reasons, _coverage);
    }

    /// <summary>Runs one seed, and shrinks it if it fails.</summary>
    public (FuzzResult Whole, FuzzResult Shrunk) Replay(ulong seed, CancellationToken cancellation) => Shrunk(Run(seed, new Coverage(), cancellation), cancellation);

    private void Work(long seeds, Func<bool> goOn, CancellationToken cancellation)
    {
        var coverage = new Coverage();
        try
        {
            WorkOn(seeds, goOn, coverage, cancellation);
        }
        finally
        {
            lock (_lock)
            {
                _coverage.Add(coverage);
            }
        }
    }

    private void WorkOn(long seeds, Func<bool> goOn, Coverage coverage, CancellationToken cancellation)
    {
        while (goOn() && Interlocked.Increment(ref _next) is var seed && seed < seeds)
        {
            var result = Run((ulong)seed, coverage, cancellation);
            Interlocked.Increment(ref _cases);
            Interlocked.Add(ref _results, result.Violation is null && result.Reason is null ? 1 : 0);
            Interlocked.Add(ref _events, result.Events);
            if (result.Violation is not null)
            {
                Keep(result, cancellation);
            }
            else if (result.Reason is { } reason)
            {
                Count(reason);
            }
        }
    }

    private void Count(string reason)
    {
        var kind = string.Concat(reason.Select(letter => char.IsAsciiDigit(letter) ? 'n' : letter)).Replace("nn", "n", StringComparison.Ordinal);
        lock (_lock)
        {
            _reasons[kind] = _reasons.GetValueOrDefault(kind) + 1;
        }
    }

    private void Keep(FuzzResult result, CancellationToken cancellation)
    {
        bool shrinks;
        lock (_lock)
        {
            shrinks = _found.Count < MostShrunk;
        }

        var found = shrinks ? Shrunk(result, cancellation) : (result, result);
        lock (_lock)
        {
            _found.Add(found);
        }
    }

    private static (FuzzResult Whole, FuzzResult Shrunk) Shrunk(FuzzResult result, CancellationToken cancellation) =>
        (result, result.Violation is null ? result : ShrunkOrWhole(result, cancellation));

    /// <summary>A search that is stopped while it shrinks has found something all the same.</summary>
    private static FuzzResult ShrunkOrWhole(FuzzResult result, CancellationToken cancellation)
    {
        try
        {
            return Shrinking.Shrink(result, smaller => Run(smaller, new Coverage(), cancellation));
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return result;
        }
    }

    private FuzzResult Run(ulong seed, Coverage coverage, CancellationToken cancellation) => Run(_drawing.Of(seed), coverage, cancellation);

    private static FuzzResult Run(FuzzCase drawn, Coverage coverage, CancellationToken cancellation) =>
        drawn.Run(LearningFunctions.All(new DataCatalog(null)), RoleSet.Of, coverage, cancellation);
}
