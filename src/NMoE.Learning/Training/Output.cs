using System.Collections.Immutable;
using NMoE.Compute.Jobs;

namespace NMoE.Learning.Training;

/// <summary>Shorthand for what job functions return.</summary>
internal static class Output
{
    public static JobOutput Of(params ReadOnlySpan<ReadOnlyMemory<byte>> blobs) =>
        new([.. blobs], ImmutableSortedDictionary<string, double>.Empty, []);

    public static JobOutput With(this JobOutput output, string metric, double value) =>
        output with { Metrics = output.Metrics.SetItem(metric, value) };
}
