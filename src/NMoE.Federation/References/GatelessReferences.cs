using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Compute.Execution;
using NMoE.Federation.Measurement;
using NMoE.Federation.Records;
using NMoE.Federation.Roles;
using NMoE.Federation.Settings;
using NMoE.Federation.Topologies;
using NMoE.Learning.Jobs;

namespace NMoE.Federation.References;

/// <summary>
/// What gates are compared with that has no gate: the one expert that is best on a test set, the specialist of each sample's true class, and the oracle. They know the experts that there are, on the clients
/// that have them, and stand outside the world: no virtual time, and no byte.
/// </summary>
/// <param name="deal">Who has which pictures.</param>
/// <param name="model">The architecture, and each client's expert.</param>
/// <param name="executor">Runs evaluation jobs.</param>
/// <param name="observed">The run.</param>
/// <param name="cancellation">Ends a wait.</param>
internal sealed class GatelessReferences(Deal deal, Model model, IExecutor executor, RunObserver observed, CancellationToken cancellation)
{
    /// <summary>The name of the best single expert in records.</summary>
    public const string BestExpert = "best-expert";

    /// <summary>The name of the specialist of the true class in records.</summary>
    public const string Specialist = "specialist";

    /// <summary>The oracle's name in records.</summary>
    public const string Oracle = "oraclegate";

    private readonly ImmutableArray<int> _holders = [.. observed.Experts.Keys];

    /// <summary>All three on each test set.</summary>
    public IEnumerable<MeasuredReference> Of(IEnumerable<TestPartition> tests)
    {
        var specialists = SingleExperts.Specialists(TrainingClasses());
        return tests.SelectMany(test => On(InferencePass.NameOf(test), observed.TestShards[test], specialists)).ToArray();
    }

    private IEnumerable<MeasuredReference> On(string test, ImmutableArray<BlobRef> shards, ImmutableArray<int> specialists)
    {
        var answers = ExpertAnswers.Of(model, executor, observed, client => shards[client], Topology.Full(deal.Clients), cancellation);
        var truth = TrueClasses.Of(executor, model.Spec, answers.Select(client => client.Shard), cancellation);
        var right = Hits(answers);
        var best = SingleExperts.Best(right);
        yield return Chosen(BestExpert, test, truth, _ => best, right);
        yield return Chosen(Specialist, test, truth, label => specialists[label], right);
        yield return OracleOf(test, answers);
    }

    /// <summary>Training samples by class and holder, [C][holders].</summary>
    private ImmutableArray<ImmutableArray<int>> TrainingClasses()
    {
        var shards = _holders.Select(client => executor.Submit(deal.TrainingShard(client))).ToArray().Select(handle => handle.Wait(cancellation).Outputs[0]);
        var labels = TrueClasses.Of(executor, model.Spec, shards, cancellation);
        return [.. Enumerable.Range(0, model.Spec.Classes).Select(label => labels.Select(rows => rows.Count(one => one == label)).ToImmutableArray())];
    }

    /// <summary>1 where an expert is right, over all holders' rows, [holders][rows].</summary>
    private ImmutableArray<ImmutableArray<int>> Hits(ImmutableArray<ExpertAnswers> answers)
    {
        var hits = answers.Select(client => executor.Submit(LearningJob.Create(new ExpertHitsParameters { Pictures = model.Spec.OtherShape }, 0, [client.Shard, .. client.Logits]))).ToArray()
            .Select(handle => handle.Wait(cancellation).Integers).ToArray();
        return [.. _holders.Select((_, expert) => hits.SelectMany(client => client.AsSpan().Slice(expert * (client.Length / _holders.Length), client.Length / _holders.Length).ToArray()).ToImmutableArray())];
    }

    /// <param name="name">What it is called.</param>
    /// <param name="test">The test set.</param>
    /// <param name="truth">True classes, [clients][rows].</param>
    /// <param name="choose">An expert by class, by its place among the holders.</param>
    /// <param name="hits">1 where an expert is right, [holders][rows].</param>
    private MeasuredReference Chosen(string name, string test, ImmutableArray<ImmutableArray<int>> truth, Func<int, int> choose, ImmutableArray<ImmutableArray<int>> hits)
    {
        ImmutableArray<int> labels = [.. truth.SelectMany(rows => rows)];
        ImmutableArray<int> chosen = [.. labels.Select(choose)];
        var right = SingleExperts.Right(chosen, hits);
        var record = Record(name, test, right.Average(), ClientMean(truth, right));
        var byClass = RoutingByClass.Of([(labels, [.. chosen.Select(place => _holders[place])])], model.Spec.Classes, deal.Clients);
        return new(byClass.On(record), right, _holders);
    }

    /// <summary>The mean over clients, which is that over rows where each has as many as the others.</summary>
    private static double ClientMean(ImmutableArray<ImmutableArray<int>> truth, ImmutableArray<int> right)
    {
        if (truth.All(rows => rows.Length == truth[0].Length))
            return right.Average();
        var ends = truth.Aggregate(ImmutableArray.Create(0), (ends, rows) => ends.Add(ends[^1] + rows.Length));
        return truth.Select((_, client) => right.AsSpan()[ends[client]..ends[client + 1]].ToArray().Average()).Average();
    }

    private MeasuredReference OracleOf(string test, ImmutableArray<ExpertAnswers> answers)
    {
        BlobRef[] inputs = [.. answers.SelectMany(client => client.Logits.Prepend(client.Shard))];
        var result = executor.Submit(LearningJob.Create(new OracleParameters(answers.Length) { Pictures = model.Spec.OtherShape }, 0, inputs)).Wait(cancellation);
        return new(Record(Oracle, test, result.Metrics["accuracy"], result.Metrics["clientAccuracy"]), [], _holders);
    }

    private PassRecord Record(string name, string test, double accuracy, double clientAccuracy) =>
        new(name, test, accuracy, null, null, clientAccuracy, null, null, null, 0, 0, 0, [])
        {
            Note = _holders.Length < deal.Clients ? FormattableString.Invariant($"over the {_holders.Length} of {deal.Clients} clients with experts") : null,
        };
}
