using System.Collections.Immutable;
using NMoE.Compute.Execution;

namespace NMoE.Cli.Costing;

/// <summary>What one kind of job will cost.</summary>
/// <param name="Kind">Kind of job.</param>
/// <param name="Jobs">Distinct jobs to run.</param>
/// <param name="Remembered">Distinct jobs that the store remembers.</param>
/// <param name="Flops">FLOP of those to run; an upper bound where training may stop early.</param>
/// <param name="Bytes">Bytes that they leave in the store.</param>
/// <param name="Hours">Hours of this machine, all compute threads busy.</param>
public sealed record KindCost(string Kind, int Jobs, int Remembered, double Flops, long Bytes, double Hours);

/// <summary>What an experiment will cost before anything runs.</summary>
/// <param name="Kinds">By kind of job, ordered by name.</param>
/// <param name="StoreBytes">Bytes that the store must be able to hold at once, or blobs would leave it that are still needed.</param>
/// <param name="VirtualSeconds">Virtual time of the whole run, in seconds.</param>
/// <param name="NetworkBytes">Bytes that devices will send.</param>
/// <param name="Threads">Compute threads.</param>
public sealed record CostEstimate(
    ImmutableArray<KindCost> Kinds, long StoreBytes, double VirtualSeconds, long NetworkBytes, int Threads)
{
    private const double SecondsPerHour = 3600;

    /// <summary>Distinct jobs to run.</summary>
    public int Jobs => Kinds.Sum(kind => kind.Jobs);

    /// <summary>FLOP to be computed.</summary>
    public double Flops => Kinds.Sum(kind => kind.Flops);

    /// <summary>Hours of this machine.</summary>
    public double Hours => Kinds.Sum(kind => kind.Hours);

    /// <summary>Bytes that the store grows by.</summary>
    public long Bytes => Kinds.Sum(kind => kind.Bytes);

    /// <summary>The estimate of a rehearsed experiment.</summary>
    public static CostEstimate Of(RehearsalExecutor rehearsed, Speeds speeds, int threads, double virtualSeconds, long networkBytes)
    {
        ArgumentNullException.ThrowIfNull(rehearsed);
        ArgumentNullException.ThrowIfNull(speeds);
        return new(
            [.. rehearsed.Kinds.Select(pair => new KindCost(
                pair.Key, pair.Value.Jobs, pair.Value.Remembered, pair.Value.Flops, pair.Value.Bytes,
                pair.Value.Flops / speeds.Of(pair.Key) / threads / SecondsPerHour))],
            rehearsed.WorkingSetBytes, virtualSeconds, networkBytes, threads);
    }
}
