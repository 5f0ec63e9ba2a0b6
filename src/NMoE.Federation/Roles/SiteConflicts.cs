using NMoE.Federation.Settings;

namespace NMoE.Federation.Roles;

/// <summary>What cannot go over sites: between clients and the aggregator an edge server averages models, round after round.</summary>
internal static class SiteConflicts
{
    private static readonly string s_otherwise = $"leave {KeyPath.Of(all => all.Topology.Sites)} out";

    /// <summary>The first of an experiment's settings that contradicts its sites; null where none does, or where it has none.</summary>
    /// <param name="settings">The experiment.</param>
    /// <param name="objective">What clients minimise in stage 1.</param>
    /// <param name="optimiser">What the server makes of their updates.</param>
    public static SettingConflict? Of(ExperimentSettings settings, IObjective objective, IServerOptimiser optimiser)
    {
        var (stage, method, algorithm) = (settings.Extractor, KeyPath.Of(all => all.Extractor.Method), KeyPath.Of(all => all.Extractor.Algorithm));
        SettingConflict Of(string key, string problem, string remedy) => new(key, problem, remedy) { Otherwise = s_otherwise };
        return settings.Topology.Sites is null ? null
            : objective is IRingStage ? Of(method, $"{stage.Method} hands one model from client to client, and leaves an edge server nothing to average", "fedce")
            : objective.Exchange is not null ? Of(method, $"{stage.Method} exchanges matrices between all clients of a round, and an edge server knows those of its own clients alone", "fedce")
            : optimiser is IControlVariates ? Of(algorithm, $"{stage.Algorithm} keeps one control variate for all clients, which an edge server's rounds do not move", "fedavg, fedprox or fedavgm")
            : stage.Cohort.Aggregation == Aggregation.Buffered ? Of(KeyPath.Of(all => all.Extractor.Cohort.Aggregation), "buffered has no rounds, of which an edge server leads some to each of the aggregator", "synchronous")
            : stage.Cohort.Late == LateUpdates.Accept ? Of(KeyPath.Of(all => all.Extractor.Cohort.Late), "a late update is of a model that its edge server has sent on already", "drop")
            : !stage.Compression.IsExact ? Of(KeyPath.Of(all => all.Extractor.Compression.Compression), "an edge server averages models, and sends one on, as they are", "none")
            : !stage.Compression.IsExactDown ? Of(KeyPath.Of(all => all.Extractor.Compression.CompressionDown), "an edge server hands models on as they are", "none")
            : !settings.Aggregator.Standby.IsEmpty ? Of(KeyPath.Of(all => all.Aggregator.Standby), "edge servers know one place of the aggregator", "[]")
            : null;
    }
}
