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

namespace NMoE.Federation.References;

/// <summary>What answers a client's samples where nothing travels.</summary>
/// <param name="Client">The client.</param>
/// <param name="Extractor">F.</param>
/// <param name="Experts">Experts by number.</param>
/// <param name="Gate">The trained gate over all of them; null for the client's own expert.</param>
internal sealed record OutsideModel(int Client, BlobRef Extractor, ImmutableSortedDictionary<int, BlobRef> Experts, BlobRef? Gate)
{
    /// <summary>Experts that each sample asks, where so many are configured.</summary>
    public int K(int configured) => Gate is null ? 1 : Math.Min(configured, Experts.Count);
}

/// <summary>Serving outside the simulated world, for references and baselines: it takes no virtual time, device or byte.</summary>
/// <param name="plan">The experiment.</param>
/// <param name="executor">Runs evaluation jobs.</param>
/// <param name="cancellation">Ends a wait.</param>
internal sealed class OutsideServing(Plan plan, IExecutor executor, CancellationToken cancellation)
{
    /// <summary>The record of a model on a test set.</summary>
    /// <param name="name">What it is called.</param>
    /// <param name="test">The test set.</param>
    /// <param name="dealt">Its shards in client order.</param>
    /// <param name="models">What answers each client's samples, in client order; a client without one answers none.</param>
    /// <param name="k">Experts a sample.</param>
    public MeasuredReference Serve(string name, TestPartition test, ImmutableArray<BlobRef> dealt, ImmutableArray<OutsideModel> models, int k)
    {
        BlobRef[] shards = [.. models.Select(model => dealt[model.Client])];
        var latents = WaitAll(models.Zip(shards, (model, shard) => LearningJob.Create(new LatentsParameters(plan.Model.Spec), 0, model.Extractor, shard)));
        var routes = WaitAll(models.Zip(latents, (model, latent) => (Model: model, Latent: latent.Outputs[0]))
            .Select(item => Route(item.Model, item.Latent, k)));
        var answers = models.Select((model, place) => Answer(model, latents[place].Outputs[0], routes[place], k)).ToArray()
            .Select(answer => answer.Wait(cancellation).Outputs[0]).ToArray();
        var score = executor.Submit(LearningJob.Create(
            new ScoreParameters(answers.Length) { F1 = plan.Settings.Evaluation.MacroF1, Pictures = plan.Model.Spec.OtherShape }, 0, [.. answers.Zip(shards).SelectMany(pair => new[] { pair.First, pair.Second })])).Wait(cancellation);
        var pairs = (double)routes.Sum(route => route.Integers.Length);
        var chosen = models.Zip(routes).ToImmutableSortedDictionary(pair => pair.First.Client, pair => pair.Second.Integers);
        var record = new PassRecord(
            name, InferencePass.NameOf(test),
            score.Metrics["accuracy"], score.Metrics["macroF1"], score.Metrics["auc"],
            score.Metrics["clientAccuracy"], score.Metrics["clientMacroF1"], score.Metrics["clientAuc"],
            routes.Zip(models, (route, model) => route.Integers.Count(expert => expert == model.Client)).Sum() / pairs, 0, 0, 0,
            [.. plan.Deal.ClientNumbers.Select(client => Shares(chosen.GetValueOrDefault(client, [])))])
        {
            AccuracyLow = score.Metrics["accuracyLow"],
            AccuracyHigh = score.Metrics["accuracyHigh"],
            AucSkipped = (int)score.Metrics["aucSkipped"],
            ClientAucSkipped = (int)score.Metrics["clientAucSkipped"],
            Note = models.Length < plan.Deal.Clients ? FormattableString.Invariant($"over the {models.Length} of {plan.Deal.Clients} clients with experts") : null,
        };
        var byClass = RoutingByClass.Of(TrueClasses.Of(executor, plan.Model.Spec, shards, cancellation).Zip(routes.Select(route => route.Integers)), plan.Model.Spec.Classes, plan.Deal.Clients);
        return new(byClass.On(record), score.Integers, [.. models.Select(model => model.Client)]);
    }

    /// <summary>Runs jobs beside each other.</summary>
    public ImmutableArray<JobResult> WaitAll(IEnumerable<Job> jobs) =>
        [.. jobs.Select(executor.Submit).ToArray().Select(handle => handle.Wait(cancellation))];

    private Job Route(OutsideModel model, BlobRef latents, int k) => model.Gate is { } gate
        ? LearningJob.Create(
            new RouteParameters(plan.Model.Spec, FedGate.GateName, model.Client, plan.Deal.Clients, model.K(k), [])
            {
                Experts = model.Experts.Count == plan.Deal.Clients ? null : [.. model.Experts.Keys],
            },
            0, latents, gate)
        : LearningJob.Create(new RouteParameters(plan.Model.Spec, LocalGate.GateName, model.Client, plan.Deal.Clients, 1, []), 0, latents);

    private IJobHandle Answer(OutsideModel model, BlobRef latents, JobResult route, int k)
    {
        var asked = model.Experts.Where(pair => route.Integers.Contains(pair.Key)).ToImmutableArray();
        var logits = WaitAll(asked.Select(pair => LearningJob.Create(new ExpertLogitsParameters(plan.Model.Spec), 0, pair.Value, latents)));
        var parameters = new AnswerParameters(
            model.K(k), plan.Model.Spec.Classes, [.. asked.Select(pair => pair.Key)], route.Integers, plan.Pipeline.Serving.Mixture(model.K(k)));
        return executor.Submit(LearningJob.Create(parameters, 0, [route.Outputs[0], .. logits.Select(result => result.Outputs[0])]));
    }

    private ImmutableArray<double> Shares(ImmutableArray<int> chosen) =>
        [.. plan.Deal.ClientNumbers.Select(expert => chosen.IsEmpty ? 0 : chosen.Count(one => one == expert) / (double)chosen.Length)];
}
