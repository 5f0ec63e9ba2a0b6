using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Compute.Execution;
using NMoE.Compute.Jobs;
using NMoE.Federation.Measurement;
using NMoE.Federation.Records;
using NMoE.Federation.Roles;
using NMoE.Federation.Settings;
using NMoE.Learning.Gates;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;

namespace NMoE.Federation.References;

/// <summary>What answers a client's samples where nothing travels.</summary>
/// <param name="Client">The client.</param>
/// <param name="Extractor">F.</param>
/// <param name="Experts">Experts by number.</param>
/// <param name="Gate">The trained gate over all of them; null for the client's own expert.</param>
internal sealed record OutsideModel(int Client, BlobRef Extractor, ImmutableSortedDictionary<int, BlobRef> Experts, BlobRef? Gate)
{
    /// <summary>The architecture with an expert of a number; null for stage 1's predictor, whoever's it is.</summary>
    public Func<int, ModelSpec>? Own { get; init; }

    /// <summary>Experts that each sample asks, where so many are configured.</summary>
    public int K(int configured) => Gate is null ? 1 : Math.Min(configured, Experts.Count);
}

/// <summary>Serving outside the simulated world, for references and baselines: it takes no virtual time, device or byte.</summary>
/// <param name="deal">Who has which pictures.</param>
/// <param name="model">The architecture.</param>
/// <param name="serving">How is served.</param>
/// <param name="f1">Which F1 is counted.</param>
/// <param name="executor">Runs evaluation jobs.</param>
/// <param name="cancellation">Ends a wait.</param>
internal sealed class OutsideServing(Deal deal, Model model, ServingRules serving, ClassesOfF1 f1, IExecutor executor, CancellationToken cancellation)
{
    private readonly ModelSpec _spec = model.Spec;
    private readonly ModelSpec _gateSpec = model.GateSpec;

    /// <summary>The record of a model on a test set.</summary>
    /// <param name="name">What it is called.</param>
    /// <param name="test">The test set.</param>
    /// <param name="dealt">Its shards in client order.</param>
    /// <param name="models">What answers each client's samples, in client order; a client without one answers none.</param>
    /// <param name="k">Experts a sample.</param>
    public MeasuredReference Serve(string name, TestPartition test, ImmutableArray<BlobRef> dealt, ImmutableArray<OutsideModel> models, int k)
    {
        BlobRef[] shards = [.. models.Select(model => dealt[model.Client])];
        var latents = WaitAll(models.Zip(shards, (model, shard) => LearningJob.Create(new LatentsParameters(_spec), 0, model.Extractor, shard)));
        var routes = WaitAll(models.Zip(latents, (model, latent) => (Model: model, Latent: latent.Outputs[0]))
            .Select(item => Route(item.Model, item.Latent, k)));
        var answers = models.Select((model, place) => Answer(model, latents[place].Outputs[0], routes[place], k)).ToArray()
            .Select(answer => answer.Wait(cancellation).Outputs[0]).ToArray();
        var score = executor.Submit(LearningJob.Create(
            new ScoreParameters(answers.Length) { F1 = f1, Pictures = _spec.OtherShape }, 0, [.. answers.Zip(shards).SelectMany(pair => new[] { pair.First, pair.Second })])).Wait(cancellation);
        var pairs = (double)routes.Sum(route => route.Integers.Length);
        var chosen = models.Zip(routes).ToImmutableSortedDictionary(pair => pair.First.Client, pair => pair.Second.Integers);
        var record = new PassRecord(
            name, InferencePass.NameOf(test),
            score.Metrics["accuracy"], score.Metrics["macroF1"], score.Metrics["auc"],
            score.Metrics["clientAccuracy"], score.Metrics["clientMacroF1"], score.Metrics["clientAuc"],
            routes.Zip(models, (route, model) => route.Integers.Count(expert => expert == model.Client)).Sum() / pairs, 0, 0, 0,
            [.. deal.ClientNumbers.Select(client => Shares(chosen.GetValueOrDefault(client, [])))])
        {
            AccuracyLow = score.Metrics["accuracyLow"],
            AccuracyHigh = score.Metrics["accuracyHigh"],
            AucSkipped = (int)score.Metrics["aucSkipped"],
            ClientAucSkipped = (int)score.Metrics["clientAucSkipped"],
            Note = models.Length < deal.Clients ? FormattableString.Invariant($"over the {models.Length} of {deal.Clients} clients with experts") : null,
        };
        var byClass = RoutingByClass.Of(TrueClasses.Of(executor, _spec, shards, cancellation).Zip(routes.Select(route => route.Integers)), _spec.Classes, deal.Clients);
        return new(byClass.On(record), score.Integers, [.. models.Select(model => model.Client)]);
    }

    /// <summary>Runs jobs beside each other.</summary>
    public ImmutableArray<JobResult> WaitAll(IEnumerable<Job> jobs) =>
        [.. jobs.Select(executor.Submit).ToArray().Select(handle => handle.Wait(cancellation))];

    private Job Route(OutsideModel model, BlobRef latents, int k) => model.Gate is { } gate
        ? LearningJob.Create(
            new RouteParameters(_gateSpec, FedGate.GateName, model.Client, deal.Clients, model.K(k), [])
            {
                Experts = model.Experts.Count == deal.Clients ? null : [.. model.Experts.Keys],
            },
            0, latents, gate)
        : LearningJob.Create(new RouteParameters(_spec, LocalGate.GateName, model.Client, deal.Clients, 1, []), 0, latents);

    private IJobHandle Answer(OutsideModel model, BlobRef latents, JobResult route, int k)
    {
        var asked = model.Experts.Where(pair => route.Integers.Contains(pair.Key)).ToImmutableArray();
        var logits = WaitAll(asked.Select(pair => LearningJob.Create(new ExpertLogitsParameters(model.Own?.Invoke(pair.Key) ?? _spec), 0, pair.Value, latents)));
        var parameters = new AnswerParameters(
            model.K(k), _spec.Classes, [.. asked.Select(pair => pair.Key)], route.Integers, serving.Mixture(model.K(k)));
        return executor.Submit(LearningJob.Create(parameters, 0, [route.Outputs[0], .. logits.Select(result => result.Outputs[0])]));
    }

    private ImmutableArray<double> Shares(ImmutableArray<int> chosen) =>
        [.. deal.ClientNumbers.Select(expert => chosen.IsEmpty ? 0 : chosen.Count(one => one == expert) / (double)chosen.Length)];
}
