using System.Collections.Immutable;
using NMoE.Federation.Algorithms;
using NMoE.Federation.Configuration;
using NMoE.Federation.Settings;
using NMoE.Learning.Jobs;

namespace NMoE.Cli.Live;

/// <summary>Keys that a simulated run reads and a live one does not. What a live run would have to do and cannot is refused instead (<see cref="NMoE.Cluster.Live.Shaping.LiveChannel.Check"/>).</summary>
internal static class LiveKeys
{
    private const string Energy = "no energy is counted live";

    /// <summary>A sentence for each of them that a file or an override states.</summary>
    public static IEnumerable<string> PassedOver(EffectiveConfiguration configuration) => configuration.NotReadBy("nmoe live", NotRead(configuration.Settings));

    private static ImmutableSortedDictionary<string, string> NotRead(ExperimentSettings settings)
    {
        var keys = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var form in new[] { "flop", "sent-byte", "received-byte", "radio", "tail", "tail-for", "sleep", "idle" })
            keys.Add("device.energy." + form, Energy);

        // A secret of the store is each node's own, and lies where the key says.
        if (Plans.Noise(settings) is not NoiseKey.Private)
            keys.Add("compute.store.path", "each live run has a store of its own, in the run's folder");
        return keys.ToImmutable();
    }
}
