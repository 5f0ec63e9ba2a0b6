using System.Collections.Immutable;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Federation.Settings;
using NMoE.Federation.Topologies;
using NMoE.Learning.Data;
using NMoE.Learning.Gates;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;

namespace NMoE.Federation.Algorithms;

/// <summary>Plans of experiments, with the algorithms that their settings name.</summary>
public static class Plans
{
    /// <summary>What the noise follows from that clients add to what they release; null for none.</summary>
    /// <param name="settings">The experiment.</param>
    public static NoiseKey? Noise(ExperimentSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return Objectives.Of(settings.Extractor.Method).Exchange?.Noise(settings, 1)?.Key;
    }

    /// <summary>The plan of an experiment.</summary>
    /// <param name="settings">The experiment.</param>
    /// <param name="data">The data set, by content.</param>
    public static Plan Of(ExperimentSettings settings, DataSpec data)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(data);
        var (seeds, objective) = (Seeds.Of(settings), Objectives.Of(settings.Extractor.Method));
        var deal = Deal.Of(settings, data, seeds);
        var serving = new ServingRules(settings.Inference, settings.Expert, seeds);
        var model = ModelOf(settings, data, objective, serving);
        var pipeline = PipelineOf(settings, objective, new GateRules(settings.Gate, settings.Expert.Holdout, model, seeds), serving);
        var peers = PeerGraphs.Of(settings, seeds);
        var plan = new Plan(settings, seeds, deal, model, pipeline) { Peers = peers, Asked = PeerGraphs.Asked(settings, seeds, peers), Sites = Sites.Of(settings) };
        plan = plan with { Pipeline = pipeline with { OverSites = OverSites(plan) } };
        return plan with { Pipeline = plan.Pipeline with { Deadlines = Deadlines.Of(plan) } };
    }

    /// <summary>FedGate's rounds go over sites where the gate travels whole and is averaged; what is solved takes one exchange, and rows of some are averaged by those who have them.</summary>
    private static ImmutableArray<string> OverSites(Plan plan) => plan.Sites.Count == 0 ? []
        : plan.Settings.Gate.Method == GateMethod.Rounds && plan.Asked.IsFull ? [Stages.Extractor, Stages.Gate]
        : [Stages.Extractor];

    private static Model ModelOf(ExperimentSettings settings, DataSpec data, IObjective objective, ServingRules serving) =>
        new(Model.SpecOf(settings, data.Form), objective.Parts, settings.Experiment.Clients)
        {
            GateSpec = Model.SpecOf(settings, data.Form) with { Gate = SignalFormOf(settings) is { } form ? SignalGate.NameOf(form) : settings.TrainsAnyGate ? settings.Gate.Model : null },
            Dimension = objective.Projection(settings),
            Head = settings.Extractor.Head,
            GateNoise = settings.Gate.NoiseForm,
            LearnsNoise = serving.GateStages.Contains(Stages.Gate) || settings.Evaluation.Asks(Reference.GlobalGate),
            HasOwnNorms = settings.Model.Norm == NormRule.BatchLocal,
            Mix = settings.Mix,
        };

    /// <summary>How the gate's scores depend on signals, where one is served that sees them.</summary>
    private static SignalForm? SignalFormOf(ExperimentSettings settings) => !settings.Inference.Gates.Contains(ChannelAwareGate.GateName) ? null
        : (settings.Inference.OfGates.GetValueOrDefault(ChannelAwareGate.GateName) as ChannelAwareKeys ?? new()).Form;

    private static Pipeline PipelineOf(ExperimentSettings settings, IObjective objective, GateRules gate, ServingRules serving)
    {
        var rings = RingStages.Of(settings);
        var laps = rings.ToImmutableSortedDictionary(ring => ring.Stage, ring => ring.Rules(settings).Laps, StringComparer.Ordinal);
        return new(objective, ServerOptimisers.Of(settings.Extractor.Algorithm), gate, serving, rings)
        {
            Rounds = laps.SetItem(Stages.Gate, settings.Gate.Exchanges).SetItem(Stages.Extractor, laps.GetValueOrDefault(Stages.Extractor, settings.Extractor.Rounds)),
            Noise = Noise(settings),
            Places = settings.Aggregator.Places,
            Sites = settings.Topology.Sites ?? 0,
            SiteRounds = settings.Topology.LocalRounds,
        };
    }
}
