using System.Collections.Immutable;

namespace NMoE.Federation.Settings;

/// <summary>What baselines are called in configurations and in records.</summary>
internal static class BaselineNames
{
    /// <summary>All of them.</summary>
    public static ImmutableArray<(string Name, Baseline Baseline)> All { get; } =
    [
        ("centralised-moe", Baseline.CentralisedMoe), ("local-classifier", Baseline.LocalClassifier),
        ("fedavg-classifier", Baseline.FedAvgClassifier), ("one-shot-classifier", Baseline.OneShotClassifier),
    ];

    /// <summary>The name of one.</summary>
    public static string Of(Baseline baseline) => All.First(item => item.Baseline == baseline).Name;
}
