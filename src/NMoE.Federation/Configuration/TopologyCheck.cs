using System.Linq.Expressions;
using NMoE.Federation.Protocol;
using NMoE.Federation.Settings;
using NMoE.Federation.Topologies;
using NMoE.Learning.Gates;
using NMoE.Learning.Jobs;

namespace NMoE.Federation.Configuration;

/// <summary>Whom clients know, against what they are to do with each other.</summary>
internal static class TopologyCheck
{
    private const int MostInRing = 10_000;
    private static readonly string Peers = KeyPath.Of(all => all.Topology.Peers);

    /// <exception cref="ConfigurationException">Two keys contradict each other.</exception>
    public static void Run(ExperimentSettings settings, Values values)
    {
        var (topology, others) = (settings.Topology, settings.Experiment.Clients - 1);
        var isCounted = topology.Peers is PeerRule.Random or PeerRule.Ring or PeerRule.Nearest;
        Refuse(
            isCounted && topology.Count > others, all => all.Topology.Count, $"{topology.Count} peers are more than the {others} others that there are",
            others > 0 ? $"Write a whole number in 1..{others}, or {Peers} = all" : $"Write {Peers} = all", values);
        Refuse(
            topology.Peers == PeerRule.Nearest && settings.Channel.Mobility.Form == MobilityForm.None, all => all.Topology.Peers, "nearest goes by the places where clients begin, and nothing says where that is",
            $"Write {KeyPath.Of(all => all.Channel.Mobility.Form)} = to-and-fro, or another kind of peers", values);
        var least = 1 + (isCounted ? topology.Count : topology.Peers == PeerRule.File ? topology.Listed.Min(peers => peers.Length) : others);
        Refuse(
            settings.Inference.K > least, all => all.Inference.K, $"{settings.Inference.K} experts a sample are more than the {least} that some client may ask",
            $"Write a whole number in 1..{least}, or give clients more peers ({Peers})", values);
        CheckSampled(settings, least, values);
        CheckRing(settings, values);
        Refuse(
            topology.Sites > settings.Experiment.Clients, all => all.Topology.Sites, $"{topology.Sites} sites are more than the {settings.Experiment.Clients} clients that there are",
            $"Write a whole number in 1..{settings.Experiment.Clients}", values);
    }

    private static void CheckSampled(ExperimentSettings settings, int least, Values values)
    {
        var (gate, key) = (settings.Gate, KeyPath.Of(all => all.Gate.SampledPeers));
        Refuse(
            gate.SampledPeers > settings.Experiment.Clients - 1, all => all.Gate.SampledPeers, $"{gate.SampledPeers} peers are more than the {settings.Experiment.Clients - 1} others that there are", "Write all, or fewer", values);
        var trained = Math.Min(least, 1 + (gate.SampledPeers ?? least));
        Refuse(
            gate.Mode is GateMode.Switch or GateMode.TopK && gate.K > trained, all => all.Gate.K, $"{gate.K} experts a sample are more than the {trained} whose scores some client trains",
            $"Write a whole number up to {trained}, or more peers ({Peers}, {key})", values);
    }

    /// <summary>RollGate's gate is handed from peer to peer, whole: rows that a client does not know are trained by those after it.</summary>
    private static void CheckRing(ExperimentSettings settings, Values values)
    {
        var rolls = settings.Inference.Gates.Any(gate => Gates.Of(gate).Source == Stages.Rolling);
        long clients = settings.Experiment.Clients;
        Refuse(
            rolls && clients > MostInRing, all => all.Inference.Gates, $"rollgate hands the whole gate, a row a client, from each client to the next: {clients} clients carry {clients * clients} rows a lap, one after the other",
            $"Leave rollgate out, or have at most {MostInRing} clients ({KeyPath.Of(all => all.Experiment.Clients)})", values);
        Refuse(
            rolls && PeerGraphs.Of(settings, Seeds.Of(settings)) is { IsFull: false, Ring: null },
            all => all.Topology.Peers, "rollgate is handed from each client to a peer, and these peers need not make one ring of all clients", "Write random, ring or all, or leave rollgate out of inference.gates", values);
    }

    private static void Refuse<T>(bool isWrong, Expression<Func<ExperimentSettings, T>> member, FormattableString problem, string remedy, Values values) =>
        Refuse(isWrong, member, FormattableString.Invariant(problem), remedy, values);

    private static void Refuse<T>(bool isWrong, Expression<Func<ExperimentSettings, T>> member, string problem, string remedy, Values values)
    {
        if (isWrong)
        {
            throw new ConfigurationException(values.Origin(KeyPath.Of(member)), KeyPath.Of(member), problem, remedy);
        }
    }
}
