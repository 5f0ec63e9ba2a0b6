using System.Collections.Immutable;
using NMoE.Compute.Execution;
using NMoE.Federation.Measurement;
using NMoE.Federation.Records;
using NMoE.Federation.Roles;
using NMoE.Federation.Settings;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;

namespace NMoE.Federation.References;

/// <summary>
/// <see cref="GatelessReferences"/> where clients may ask some experts alone: of those, the one that is best on the client's own test shard, the one whose client has the largest share of a sample's true
/// class, and the oracle. Nobody says anything of an expert that it may not ask.
/// </summary>
/// <param name="plan">The experiment.</param>
/// <param name="executor">Runs evaluation jobs.</param>
/// <param name="observed">The run.</param>
/// <param name="cancellation">Ends a wait.</param>
internal sealed class PeerReferences(Plan plan, IExecutor executor, RunObserver observed, CancellationToken cancellation)
{
    private readonly ImmutableArray<int> _holders = [.. observed.Experts.Keys];
    private readonly ModelSpec _model = plan.Model.Spec;

    /// <summary>All three on each test set.</summary>
    public IEnumerable<MeasuredReference> Of(IEnumerable<TestPartition> tests)
    {
        var shares = ClassShares();
        return tests.SelectMany(test => On(InferencePass.NameOf(test), Clients(test), shares)).ToArray();
    }

    private IEnumerable<MeasuredReference> On(string test, ImmutableArray<Judged> clients, ImmutableSortedDictionary<int, ImmutableArray<double>> shares)
    {
        yield return Chosen(GatelessReferences.BestExpert, test, clients, client => client.Best is var best ? [.. client.Labels.Select(_ => best)] : []);
        yield return Chosen(GatelessReferences.Specialist, test, clients, client => [.. client.Labels.Select(label => client.Specialist(label, shares))]);
        yield return new(Record(GatelessReferences.Oracle, test, [.. clients.Select(client => client.ByAny)]), [], _holders);
    }

    private MeasuredReference Chosen(string name, string test, ImmutableArray<Judged> clients, Func<Judged, ImmutableArray<int>> choose)
    {
        var chosen = clients.Select(client => (Client: client, Places: choose(client))).ToArray();
        ImmutableArray<ImmutableArray<int>> right = [.. chosen.Select(pair => pair.Places.Select((place, row) => pair.Client.Hits[place][row]).ToImmutableArray())];
        var byClass = RoutingByClass.Of(
            chosen.Select(pair => (pair.Client.Labels, pair.Places.Select(place => pair.Client.Experts[place]).ToImmutableArray())), _model.Classes, plan.Deal.Clients);
        return new(byClass.On(Record(name, test, right)), [.. right.SelectMany(rows => rows)], _holders);
    }

    private PassRecord Record(string name, string test, ImmutableArray<ImmutableArray<int>> right) => new(
        name, test, right.SelectMany(rows => rows).Average(), null, null, right.Average(rows => rows.Average()), null, null, null, 0, 0, 0, [])
    {
        Note = "of the experts that each client may ask" + (_holders.Length < plan.Deal.Clients ? FormattableString.Invariant($", over the {_holders.Length} of {plan.Deal.Clients} clients with experts") : ""),
    };

    /// <summary>Each holder's shares of the classes among its training samples, [C].</summary>
    private ImmutableSortedDictionary<int, ImmutableArray<double>> ClassShares()
    {
        var shards = _holders.Select(client => executor.Submit(plan.Deal.TrainingShard(client))).ToArray().Select(handle => handle.Wait(cancellation).Outputs[0]);
        var labels = TrueClasses.Of(executor, _model, shards, cancellation);
        return _holders.Zip(labels).ToImmutableSortedDictionary(
            pair => pair.First,
            pair => Enumerable.Range(0, _model.Classes).Select(label => pair.Second.Count(one => one == label) / (double)Math.Max(1, pair.Second.Length)).ToImmutableArray());
    }

    private ImmutableArray<Judged> Clients(TestPartition test)
    {
        var answers = ExpertAnswers.Of(plan.Model, executor, observed, client => observed.TestShards[test][client], plan.Peers, cancellation);
        var truth = TrueClasses.Of(executor, _model, answers.Select(client => client.Shard), cancellation);
        var hits = answers.Select(client => executor.Submit(LearningJob.Create(new ExpertHitsParameters { Pictures = _model.OtherShape }, 0, [client.Shard, .. client.Logits]))).ToArray();
        return [.. answers.Select((client, place) => new Judged(client.Experts, truth[place], [.. hits[place].Wait(cancellation).Integers.Chunk(truth[place].Length).Select(rows => rows.ToImmutableArray())]))];
    }

    /// <summary>A client with an expert, and how right those are on its test shard that it may ask.</summary>
    /// <param name="Experts">Their numbers, ascending.</param>
    /// <param name="Labels">True classes, [rows].</param>
    /// <param name="Hits">1 where an expert is right, [experts][rows].</param>
    private sealed record Judged(ImmutableArray<int> Experts, ImmutableArray<int> Labels, ImmutableArray<ImmutableArray<int>> Hits)
    {
        /// <summary>The place of the one that is right most often.</summary>
        public int Best => SingleExperts.Best(Hits);

        /// <summary>1 where any of them is right, [rows].</summary>
        public ImmutableArray<int> ByAny => [.. Labels.Select((_, row) => Hits.Any(hits => hits[row] == 1) ? 1 : 0)];

        /// <summary>The place of the one whose client has the largest share of a class.</summary>
        public int Specialist(int label, ImmutableSortedDictionary<int, ImmutableArray<double>> shares) => Enumerable.Range(0, Experts.Length).MaxBy(place => shares[Experts[place]][label]);
    }
}
