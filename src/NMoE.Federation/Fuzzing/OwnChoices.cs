using System.Collections.Immutable;
using NMoE.Federation.Roles;
using NMoE.Federation.Settings;
using NMoE.Learning.Gates;
using NMoE.Simulation.Faults;

namespace NMoE.Federation.Fuzzing;

/// <summary>
/// Whether a case has the experiment's own protocol, all of it together, so that what the experiment may combine is never mixed with what was drawn. It draws from a sequence of its own:
/// other cases are what they would be without.
/// </summary>
/// <param name="own">The experiment.</param>
/// <param name="draw">Choices.</param>
internal sealed class OwnChoices(ExperimentSettings own, Draw draw)
{
    /// <summary>The share of cases that have it.</summary>
    public const double Share = 1.0 / 3;

    /// <summary>Whether this case has it.</summary>
    public bool Stand { get; } = draw.Chance(Share);

    /// <summary>The case with them, fitted to as many clients as were drawn.</summary>
    public ExperimentSettings In(ExperimentSettings drawn)
    {
        if (!Stand)
        {
            return drawn;
        }

        var clients = drawn.Experiment.Clients;
        return CaseSettings.All.Aggregate(drawn, (settings, algorithm) => algorithm.Keep(settings, own)) with
        {
            Experiment = drawn.Experiment with { RetireServers = own.Experiment.RetireServers },
            Model = drawn.Model with { Norm = own.Model.Norm },
            Extractor = Extractor(drawn.Extractor, clients),
            Expert = drawn.Expert with { Start = own.Expert.Start },
            Gate = drawn.Gate with { Model = own.Gate.Model, NoiseForm = own.Gate.NoiseForm, Participation = own.Gate.Participation, Quorum = own.Gate.Quorum, Data = own.Gate.Data, Method = own.Gate.Method, Input = own.Gate.Input, Features = own.Gate.Features, SampledPeers = own.Gate.SampledPeers },
            Topology = Topology(clients),
            // Analog latents need clients that move, which these cases have not.
            Latent = own.Latent with { Channel = LatentChannel.Digital },
            Inference = Inference(drawn.Inference, clients),
            Aggregator = Aggregator(drawn.Aggregator, clients),
            Channel = drawn.Channel with { Model = own.Channel.Model },
            Supervision = drawn.Supervision with { MaxRestarts = own.Supervision.MaxRestarts },
        };
    }

    /// <summary>There are no places and no file here: clients then know those beside them by number, as they do where that is said.</summary>
    private TopologySection Topology(int clients) => new()
    {
        Peers = clients == 1 ? PeerRule.All : own.Topology.Peers is PeerRule.Nearest or PeerRule.File ? PeerRule.Ring : own.Topology.Peers,
        Count = Math.Max(1, Math.Min(own.Topology.Count, clients - 1)),
        Sites = own.Topology.Sites is { } sites ? Math.Min(sites, clients) : null,
        SiteRounds = own.Topology.SiteRounds,
        SiteQuorum = own.Topology.SiteQuorum,
        SiteLoss = own.Topology.SiteLoss,
    };

    /// <summary>The sentences about paths between devices that are there.</summary>
    public static ImmutableArray<PathRule> Paths(ImmutableArray<PathRule> paths, int clients) =>
        [.. paths.Where(path => IsThere(path.From, clients) && IsThere(path.To, clients))];

    private static bool IsThere(DeviceGroup group, int clients) => group.Numbers.All(device => !device.IsClient || device.Number < clients);

    private ExtractorSection Extractor(ExtractorSection drawn, int clients) => drawn with
    {
        Method = own.Extractor.Method,
        Algorithm = own.Extractor.Algorithm,
        Momentum = own.Extractor.Momentum,
        Head = own.Extractor.Head,
        Quorum = own.Extractor.Quorum,
        Compression = own.Extractor.Compression,
        Cohort = own.Extractor.Cohort with { Buffer = Math.Min(own.Extractor.Cohort.Buffer, clients) },
    };

    private InferenceSection Inference(InferenceSection drawn, int clients) => drawn with
    {
        Gates = own.Inference.Gates.Remove(ChannelAwareGate.GateName) is { IsEmpty: false } gates ? gates : [RanGate.GateName],
        TestPartitions = own.Inference.TestPartitions,
        K = Math.Min(own.Inference.K, clients),
        RandomShares = own.Inference.RandomShares.Length == clients ? own.Inference.RandomShares : [],
        Retries = own.Inference.Retries,
        Alternatives = own.Inference.Alternatives,
    };

    private AggregatorSection Aggregator(AggregatorSection drawn, int clients) => drawn with
    {
        Place = own.Aggregator.Place,
        Client = own.Aggregator.Client % clients,
        Standby = [.. own.Aggregator.Standby.Select(place => place with { Client = place.Client % clients })],
        MaxSilence = own.Aggregator.MaxSilence,
    };
}
