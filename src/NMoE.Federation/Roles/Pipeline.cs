using System.Collections.Immutable;
using NMoE.Federation.Protocol;
using NMoE.Learning.Jobs;

namespace NMoE.Federation.Roles;

/// <summary>How an experiment trains and serves, stage by stage.</summary>
/// <param name="Objective">What clients minimise in stage 1.</param>
/// <param name="Optimiser">What the server makes of their updates.</param>
/// <param name="Gate">How a gate is trained in stage 3.</param>
/// <param name="Serving">What is served, and how.</param>
/// <param name="Rings">Stages whose model goes around a ring of clients.</param>
public sealed record Pipeline(IObjective Objective, IServerOptimiser Optimiser, GateRules Gate, ServingRules Serving, ImmutableArray<IRingStage> Rings)
{
    // Asked once by each of all clients of an experiment, which a thread makes one after the other; a field of a pipeline would be part of what pipelines are compared by.
    [ThreadStatic]
    private static (Pipeline? Pipeline, Deal? Deal, Model? Model, Bounds? Bounds) s_last;

    /// <summary>Rounds, or laps, of each stage that leaves a trained model.</summary>
    public required ImmutableSortedDictionary<string, int> Rounds { get; init; }

    /// <summary>What the noise follows from that clients add to what they release; null for none.</summary>
    public required NoiseKey? Noise { get; init; }

    /// <summary>How long is waited for whom.</summary>
    public Deadlines Deadlines { get; init; } = Deadlines.None;

    /// <summary>Number of sites; 0 for none.</summary>
    public int Sites { get; init; }

    /// <summary>Stages whose rounds go over sites.</summary>
    public ImmutableArray<string> OverSites { get; init; } = [];

    /// <summary>Rounds of an edge server to one of the aggregator in these.</summary>
    public int SiteRounds { get; init; } = 1;

    /// <summary>Number of places that the aggregator has.</summary>
    public required int Places { get; init; }

    /// <summary>The stages of the experiment as the aggregator leads them, in order.</summary>
    public ImmutableArray<string> Order =>
    [
        Stages.Joining, Stages.Extractor, Stages.Expert, .. TrainsGate ? [Stages.Sharing, Stages.Gate] : ImmutableArray<string>.Empty,
        .. Rings.Select(ring => ring.Stage).Where(stage => stage != Stages.Extractor), Stages.Finished,
    ];

    /// <summary>Rounds of stage 1 in which a client may train.</summary>
    public int LocalRounds => Rounds[Stages.Extractor] * SiteRounds;

    /// <summary>Whether stage 3 is needed.</summary>
    public bool TrainsGate => Serving.GateStages.Contains(Stages.Gate);

    /// <summary>Whether stage 3 needs the moments of all clients' latents together.</summary>
    public bool StandardisesGate => TrainsGate && Gate.Standardises;

    /// <summary>Whether stage 1 corrects drift by control variates.</summary>
    public bool HasControl => Optimiser is IControlVariates;

    /// <summary>The ring in which a stage's model goes around; null where it is trained in rounds, or not at all.</summary>
    public IRingStage? Ring(string stage) => Rings.FirstOrDefault(ring => ring.Stage == stage);

    /// <summary>What messages of the experiment keep within: one for all its clients.</summary>
    internal Bounds Bounds(Deal deal, Model model)
    {
        if (!(ReferenceEquals(s_last.Pipeline, this) && ReferenceEquals(s_last.Deal, deal) && ReferenceEquals(s_last.Model, model)))
        {
            s_last = (this, deal, model, BoundsOf(deal, model));
        }

        return s_last.Bounds!;
    }

    private Bounds BoundsOf(Deal deal, Model model) => new(
        deal.Clients, Places, model.SharedParts.Length, model.PublishedParts, Ring(Stages.Extractor) is null ? Rounds[Stages.Extractor] : 0, Rounds[Stages.Gate],
        Rings.ToImmutableSortedDictionary(ring => ring.Stage, ring => Rounds[ring.Stage], StringComparer.Ordinal), deal.MostRows, Serving.Alternatives, Order, StandardisesGate ? 1 : 0)
    {
        Sites = Sites,
        SiteRounds = SiteRounds,
        OverSites = OverSites,
    };
}
