using System.Collections.Immutable;

namespace NMoE.Federation.Fuzzing;

/// <summary>What cases keep of an experiment, key by key. Tests walk all keys: those named here change the trace of some seed, the others of none.</summary>
public static class CaseKeys
{
    /// <summary>Every case has these as the experiment does; they are read where links are shared, which they are in about half of the cases.</summary>
    public static ImmutableArray<string> Kept { get; } =
    [
        "channel.burst.bad-to-good", "channel.burst.good-to-bad", "channel.burst.loss", "channel.delay-form", "channel.delay-spread", "channel.loss", "channel.loss-form", "channel.packet",
        "channel.paths", "channel.sends", "channel.transport",
    ];

    /// <summary>A third of the cases has these as the experiment does, all of them together; in the others each is drawn.</summary>
    public static ImmutableArray<string> Own { get; } =
    [
        .. CaseSettings.All.SelectMany(algorithm => algorithm.Own).Concat(
        [
            "aggregator.client", "aggregator.max-silence", "aggregator.place", "aggregator.standby", "channel.model", "experiment.retire-servers", "expert.start", "extractor.aggregation",
            "extractor.algorithm", "extractor.buffer", "extractor.compression", "extractor.compression-down", "extractor.compression-share", "extractor.head", "extractor.late", "extractor.method", "extractor.over-commit", "extractor.participation", "extractor.quorum",
            "gate.data", "gate.features", "gate.input", "gate.method", "gate.model", "gate.noise-form", "gate.participation", "gate.quorum", "inference.alternatives", "inference.gates", "inference.k",
            "inference.random-shares", "inference.retries", "inference.test-partitions", "gate.sampled-peers", "latent.precision", "model.norm", "supervision.max-restarts", "topology.count", "topology.peers", "topology.site-loss", "topology.site-quorum", "topology.site-rounds", "topology.sites",
        ]).Order(StringComparer.Ordinal),
    ];

    /// <summary>It in words, a line each.</summary>
    public static ImmutableArray<string> Sentences { get; } =
    [
        "Every case keeps of the experiment, where links are shared: " + string.Join(", ", Kept) + ".",
        "A third of the cases has the experiment's own, together, fitted to 1 to 5 clients: " + string.Join(", ", Own) + "; the others draw them.",
        "All else is drawn small (sizes, times, rates, faults) or says what is learned and measured, and changes no event: nothing is trained.",
    ];
}
