using NMoE.Federation.Records;

namespace NMoE.Federation.Measurement;

/// <summary>How long requests took.</summary>
public static class Latency
{
    private const int MostQuantiles = 200;

    /// <summary>Mean in seconds; 0 where nothing was answered.</summary>
    public static double MeanSeconds(IReadOnlyList<TimeSpan> latencies)
    {
        ArgumentNullException.ThrowIfNull(latencies);
        return latencies.Count == 0 ? 0 : new TimeSpan(latencies.Sum(latency => latency.Ticks)).TotalSeconds / latencies.Count;
    }

    /// <summary>The distribution of a pass's latencies; null where nothing was answered.</summary>
    /// <param name="gate">The pass's gate.</param>
    /// <param name="test">The pass's test set.</param>
    /// <param name="latencies">Virtual time from each request to its answer.</param>
    public static LatencyRecord? Of(string gate, string test, IReadOnlyList<TimeSpan> latencies)
    {
        ArgumentNullException.ThrowIfNull(latencies);
        if (latencies.Count == 0)
        {
            return null;
        }

        TimeSpan[] sorted = [.. latencies.Order()];
        double Rank(long part, long parts) => sorted[(int)(((part * sorted.Length) + parts - 1) / parts) - 1].TotalSeconds;
        var quantiles = Math.Min(sorted.Length, MostQuantiles);
        return new(
            gate, test, sorted.Length, Rank(1, 2), Rank(95, 100), [.. Enumerable.Range(1, quantiles).Select(part => Rank(part, quantiles))]);
    }
}
