using System.Collections.Immutable;
using NMoE.Federation.Roles;
using NMoE.Federation.Settings;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Fuzzing.Invariants;

/// <summary>Something that holds at every instant of every run, whatever goes wrong in it. One object looks at one run.</summary>
internal interface IInvariant
{
    /// <summary>Its name, as in <c>bytes-conserved</c>.</summary>
    string Name { get; }

    /// <summary>Looks at what has happened.</summary>
    /// <returns>What is wrong; null where nothing is.</returns>
    string? See(Happening happening);
}

/// <summary>The invariants that there are: where a new one is registered.</summary>
internal static class AllInvariants
{
    /// <summary>One of each kind, for one run.</summary>
    /// <param name="plan">The experiment.</param>
    /// <param name="ledger">The ledger of its network.</param>
    public static ImmutableArray<IInvariant> Of(Plan plan, Ledger ledger) =>
    [
        new TimeNeverGoesBack(),
        new BytesConserved(ledger),
        new BlobsComeFromSomewhere(),
        new PartsKeepTheirPlaces(plan.Model, new(plan)),
        new AggregatesOfReceivedUpdates(plan.Settings.Extractor.Cohort, plan.Pipeline.Objective.Exchange?.Stale(plan.Settings) ?? StaleMatrices.Drop),
        new ClientsCountOnce(plan.Pipeline),
        new RoundsHaveAQuorum(plan.Settings.Extractor, plan.Settings.Gate, plan.Deal, plan.Pipeline.Gate, plan.Sites, plan.Pipeline.OverSites, plan.Settings.Topology.SiteQuorum),
        new SitesAverageTheirOwn(plan),
        new RoundsGoForward(plan.Pipeline),
        new ModelsFollowRounds(plan.Pipeline, plan.Model.PublishedParts),
        new UpdatesAreOfTheirRound(plan.Deal, plan.Pipeline.Gate),
        new NothingDurableIsForgotten(),
        new PlacesGoOnFromCheckpoints(plan.Pipeline.Places),
        new ReleasesAreCounted(),
        new SilentAreNotInvited(),
        new OnlyExpertsAreAsked(),
        new OnlyPeersAreAsked(plan),
        new LinksWereReported(plan),
        new AnswersOfThoseAsked(plan),
        new RequestsEnd(),
        new EveryoneIsServed(plan.Settings, plan.Pipeline.Serving.Passes.Length),
        new RunEnds(plan.Settings),
    ];
}
