using NMoE.Learning.Keys;

namespace NMoE.Federation.Settings;

/// <summary>What is run.</summary>
[Section("experiment")]
public sealed record ExperimentSection
{
    [Key("Names the run's folder, with the configuration's hash. 1 to 64 letters, digits, '-' and '_'.")]
    public string Name { get; init; } = "experiment";

    [Key("1..4194304", "Number of clients n, each with a device, a shard and an expert. {range}.")]
    public int Clients { get; init; } = 10;

    [Key("Whether aggregator and supervisor stop before inference: on or off. Serving needs no server, so no answer changes.")]
    public bool RetireServers { get; init; } = true;
}
