using System.Collections.Immutable;
using NMoE.Federation.Roles;
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
        new PartsKeepTheirPlaces(plan),
        new AggregatesOfReceivedUpdates(plan),
        new ClientsCountOnce(plan),
        new RoundsHaveAQuorum(plan),
        new RoundsGoForward(plan),
        new ModelsFollowRounds(plan),
        new UpdatesAreOfTheirRound(plan),
        new NothingDurableIsForgotten(),
        new PlacesGoOnFromCheckpoints(plan),
        new ReleasesAreCounted(),
        new SilentAreNotInvited(),
        new OnlyExpertsAreAsked(),
        new AnswersOfThoseAsked(plan),
        new RequestsEnd(),
        new EveryoneIsServed(plan),
        new RunEnds(plan),
    ];
}
