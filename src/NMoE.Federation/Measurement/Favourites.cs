using System.Collections.Immutable;
using NMoE.Compute.Execution;
using NMoE.Compute.Jobs;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Federation.Settings;
using NMoE.Federation.Topologies;
using NMoE.Learning.Gates;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;

namespace NMoE.Federation.Measurement;

/// <summary>How the favourite moves: whom the shared gate would send most test samples to after each of its rounds. It stands outside the world, as GlobalGate does.</summary>
/// <param name="model">What is trained.</param>
/// <param name="peers">Whom clients may ask.</param>
/// <param name="rules">How the gate is.</param>
/// <param name="k">Experts a sample.</param>
/// <param name="executor">Runs its jobs.</param>
/// <param name="cancellation">Ends a wait.</param>
internal sealed class Favourites(Model model, Topology peers, GateRules rules, int k, IExecutor executor, CancellationToken cancellation)
{
    // A share of their samples is known well enough by so many clients: all of ten thousand, in each round, would be most of a run's jobs.
    private const int MostAsked = 256;

    /// <summary>Whether the gate sees more than latents, and so cannot be asked of them alone.</summary>
    private bool SeesSignals => model.GateSpec.Gate is { } gate && SignalGate.Of(gate) is not null;

    /// <summary>The expert with the largest share, ties to the lowest number, and that share, by round of the gate; on IID shards where they are measured, for they ask all alike. Of many clients the first 256 are asked.</summary>
    /// <param name="observed">The run.</param>
    public ImmutableSortedDictionary<int, (int Expert, double Share)> Of(RunObserver observed)
    {
        var rounds = observed.Rounds.Where(item => item.Round.Stage == Stages.Gate).Select(item => item.Round).ToArray();
        var choosable = Choosable(observed);
        if (rounds.Length == 0 || SeesSignals || observed.TestShards.IsEmpty || choosable.IsEmpty)
        {
            return ImmutableSortedDictionary<int, (int, double)>.Empty;
        }

        ImmutableArray<int> asked = [.. observed.Experts.Keys.Take(MostAsked)];
        var shards = observed.TestShards.TryGetValue(TestPartition.Iid, out var iid) ? iid : observed.TestShards.First().Value;
        var latents = WaitAll(asked.Select(client => LearningJob.Create(new LatentsParameters(model.Spec), 0, observed.Extractors[client], shards[client])));
        ImmutableArray<RouteParameters> routes = [.. asked.Select(client => Route(client, choosable))];
        return rounds.ToImmutableSortedDictionary(round => round.Round, round => Largest(
            WaitAll(routes.Zip(latents, (route, seen) => LearningJob.Create(route, 0, seen.Outputs[0], round.Model[0]))).Zip(asked, (result, client) => Numbers(client, result.Integers)).SelectMany(chosen => chosen)));
    }

    /// <summary>Whom gates might choose in serving.</summary>
    private static ImmutableSortedSet<int> Choosable(RunObserver observed)
    {
        ImmutableSortedSet<int> experts = [.. observed.Experts.Keys];
        return observed.Named is { } named ? experts.Intersect(named.Experts).Except(named.Silent).Except(named.Unlearned) : experts;
    }

    private static (int Expert, double Share) Largest(IEnumerable<int> chosen)
    {
        int[] all = [.. chosen];
        var most = all.CountBy(expert => expert).OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key).First();
        return (most.Key, most.Value / (double)all.Length);
    }

    private RouteParameters Route(int client, ImmutableSortedSet<int> choosable)
    {
        // A client that may ask none of them asks itself.
        ImmutableArray<int> known = [.. peers.Experts(client).Where(choosable.Contains)];
        ImmutableArray<int> some = known.IsEmpty ? [client] : known;
        return new(model.GateSpec, FedGate.GateName, peers.Place(client, client), peers.Count(client), Math.Min(k, some.Length), [])
        {
            Experts = some.Length == peers.Count(client) ? null : [.. some.Select(expert => peers.Place(client, expert))],
            Features = rules.Features?.Count ?? 0,
            Rows = peers.Rows(client),
        };
    }

    private ImmutableArray<int> Numbers(int client, ImmutableArray<int> places) => peers.Rows(client) is { } experts ? [.. places.Select(place => experts[place])] : places;

    private ImmutableArray<JobResult> WaitAll(IEnumerable<Job> jobs) =>
        [.. jobs.Select(executor.Submit).ToArray().Select(handle => handle.Wait(cancellation))];
}
