using System.Collections.Immutable;
using NMoE.Compute.Execution;

namespace NMoE.Cli.Costing;

/// <summary>What one kind of job will cost.</summary>
/// <param name="Kind">Kind of job.</param>
/// <param name="Jobs">Distinct jobs to run.</param>
/// <param name="Remembered">Distinct jobs that the store remembers.</param>
/// <param name="Flops">FLOP of those to run; an upper bound where training may stop early.</param>
/// <param name="Bytes">Bytes that they leave in the store.</param>
/// <param name="Hours">Hours of this machine, all compute threads busy: arithmetic, and what jobs take beside it.</param>
internal sealed record KindCost(string Kind, int Jobs, int Remembered, double Flops, long Bytes, double Hours);

/// <summary>What an experiment will cost before anything runs.</summary>
/// <param name="Kinds">By kind of job, ordered by name.</param>
/// <param name="StoreBytes">Bytes that the store must be able to hold at once, or blobs would leave it that are still needed.</param>
/// <param name="VirtualSeconds">Virtual time of the whole run, in seconds.</param>
/// <param name="NetworkBytes">Bytes that devices will send.</param>
/// <param name="Threads">Compute threads.</param>
/// <param name="JobHours">Hours among those of the kinds that jobs take beside their arithmetic.</param>
/// <param name="WorldHours">Hours of the simulated world itself: what its rehearsal took.</param>
internal sealed record CostEstimate(
    ImmutableArray<KindCost> Kinds, long StoreBytes, double VirtualSeconds, long NetworkBytes, int Threads, double JobHours, double WorldHours)
{
    private const double SecondsPerHour = 3600;

    /// <summary>GFLOP/s of another machine, where its hours are asked for; null for this one, measured.</summary>
    public long? StatedGflops { get; init; }

    /// <summary>Distinct jobs to run.</summary>
    public int Jobs => Kinds.Sum(kind => kind.Jobs);

    /// <summary>FLOP to be computed.</summary>
    public double Flops => Kinds.Sum(kind => kind.Flops);

    /// <summary>Hours of this machine.</summary>
    public double Hours => Kinds.Sum(kind => kind.Hours) + WorldHours;

    /// <summary>Bytes that the store grows by.</summary>
    public long Bytes => Kinds.Sum(kind => kind.Bytes);

    /// <summary>The estimate of rehearsed experiments.</summary>
    /// <param name="rehearsed">What their jobs will take.</param>
    /// <param name="speeds">How fast arithmetic is.</param>
    /// <param name="overhead">What jobs take beside it.</param>
    /// <param name="threads">Compute threads.</param>
    /// <param name="world">What the rehearsals took.</param>
    /// <param name="virtualSeconds">Virtual time.</param>
    /// <param name="networkBytes">Bytes that devices send.</param>
    public static CostEstimate Of(
        RehearsalExecutor rehearsed, Speeds speeds, JobOverhead overhead, int threads, TimeSpan world, double virtualSeconds, long networkBytes)
    {
        return new(
            [.. rehearsed.Kinds.Select(pair => new KindCost(
                pair.Key, pair.Value.Jobs, pair.Value.Remembered, pair.Value.Flops, pair.Value.Bytes,
                ((pair.Value.Flops / speeds.Of(pair.Value.Work) / threads) + overhead.Seconds(pair.Value.Jobs, pair.Value.Bytes)) / SecondsPerHour))],
            rehearsed.WorkingSetBytes, virtualSeconds, networkBytes, threads,
            rehearsed.Kinds.Values.Sum(kind => overhead.Seconds(kind.Jobs, kind.Bytes)) / SecondsPerHour, world.TotalHours);
    }
}
