using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Protocol;

/// <summary>What an experiment has, as far as its messages name it: the numbers of a message are within these.</summary>
/// <param name="Clients">Number of clients.</param>
/// <param name="Places">Number of places of the aggregator.</param>
/// <param name="SharedParts">Parts of stage 1's model that are sent and averaged.</param>
/// <param name="PublishedParts">Those of them that clients need once it is trained.</param>
/// <param name="Rounds">Rounds of stage 1.</param>
/// <param name="Exchanges">Rounds of the gate.</param>
/// <param name="Laps">Laps of each stage whose model goes around a ring.</param>
/// <param name="Rows">Training pictures of each client.</param>
/// <param name="Alternatives">How often a next-best expert stands in within a request.</param>
/// <param name="Pipeline">Its stages, in order.</param>
/// <param name="Moments">1 where the gate is trained relative to the moments of all clients' latents, else 0.</param>
internal sealed record Bounds(int Clients, int Places, int SharedParts, int PublishedParts, int Rounds, int Exchanges, ImmutableSortedDictionary<string, int> Laps, int Rows, int Alternatives, ImmutableArray<string> Pipeline, int Moments)
{
    /// <summary>Number of sites.</summary>
    public int Sites { get; init; }

    /// <summary>Stages whose rounds go over sites.</summary>
    public ImmutableArray<string> OverSites { get; init; } = [];

    /// <summary>Rounds of an edge server to one of the aggregator in these.</summary>
    public int SiteRounds { get; init; } = 1;

    /// <summary>Whether a device is a client of the experiment.</summary>
    public bool IsClient(DeviceId device) => IsClient(device.Number);

    /// <summary>Whether a number is a client's.</summary>
    public bool IsClient(int number) => number >= 0 && number < Clients;

    /// <summary>Whether all numbers are clients'.</summary>
    public bool AreClients(IEnumerable<int> numbers) => numbers.All(IsClient);

    /// <summary>Whether a device is a place of the aggregator.</summary>
    public bool IsAggregator(DeviceId device) => device.IsAggregator && device.Place < Places;

    /// <summary>Whether a device is the edge server of a site.</summary>
    public bool IsEdge(DeviceId device) => device.IsEdge && device.Site < Sites;

    /// <summary>Whether all numbers are sites'.</summary>
    public bool AreSites(IEnumerable<int> numbers) => numbers.All(site => site >= 0 && site < Sites);

    /// <summary>Whether a stage's model has so many parts.</summary>
    public bool IsModel(string stage, int parts) => parts == (stage == Stages.Extractor ? SharedParts : 1);

    /// <summary>Whether so many bytes of a stage's model can travel with it: all, which is said by 0, or some rows of FedGate's gate.</summary>
    public static bool IsPart(string stage, long bytes, ImmutableArray<BlobRef> model) => bytes == 0 || (stage == Stages.Gate && bytes > 0 && bytes <= model[0].Bytes);

    /// <summary>Whether a stage has a round of that number.</summary>
    public bool IsRound(string stage, int round) => round >= 1 && round <= (stage == Stages.Extractor ? Rounds : stage == Stages.Gate ? Exchanges : 0);

    /// <summary>Whether a stage has a round of that number in which clients train: those of edge servers where it goes over sites.</summary>
    public bool IsLocalRound(string stage, int round) => OverSites.Contains(stage) ? round >= 1 && IsRound(stage, ((round - 1) / SiteRounds) + 1) : IsRound(stage, round);

    /// <summary>Whether so many next-best experts can have stood in.</summary>
    public bool IsSubstitution(int number) => number >= 0 && number <= Alternatives;
}
