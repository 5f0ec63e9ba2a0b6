using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Compute.Execution;
using NMoE.Compute.Jobs;
using NMoE.Federation.Algorithms;
using NMoE.Federation.Measurement;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Federation.Settings;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;

namespace NMoE.Federation.References;

/// <summary>
/// What the networked mixture of experts is measured against, trained outside the world with stage 1's budget, on the same data and with
/// the same schedule: where stage 1 learns without labels, they have that schedule too, and their records say so. The centralised mixture is trained on the chosen experts' logits times
/// their shares of the softmax over all, or no gradient would reach its gate at k = 1, and served as Eq. (1) reads, by the softmax over the chosen: for each sample that is the mixture
/// it was trained with times one positive number, which moves no answer. AUC, whose ranks go across samples, sees it.
/// </summary>
/// <param name="plan">The experiment.</param>
/// <param name="executor">Runs jobs.</param>
/// <param name="progress">Told of each round.</param>
/// <param name="cancellation">Ends a wait.</param>
internal sealed class Baselines(Plan plan, IExecutor executor, Action<int> progress, CancellationToken cancellation)
{
    private readonly OutsideServing _serving = new(plan.Deal, plan.Model, plan.Pipeline.Serving, plan.Settings.Evaluation.MacroF1, executor, cancellation);

    /// <summary>The records of all baselines that are asked for, on every test set.</summary>
    public IEnumerable<MeasuredReference> Of(RunObserver observed)
    {
        var asked = plan.Settings.Evaluation.Baselines;
        if (asked.IsEmpty || observed.TestShards.IsEmpty)
        {
            return [];
        }

        var (locals, centralised) = Train();
        return asked.SelectMany(baseline => observed.TestShards.Select(test => _serving.Serve(
                BaselineNames.Of(baseline), test.Key, test.Value, ModelsOf(baseline, observed, locals, centralised), baseline == Baseline.CentralisedMoe ? plan.Settings.Inference.K : 1))
            .Select(served => served with { Record = served.Record with { Note = Noted(NoteOf(baseline), served.Record.Note) } })).ToArray();
    }

    private static string? Noted(string? how, string? whom) => how is null || whom is null ? how ?? whom : $"{how}; {whom}";

    /// <summary>What a baseline's name does not say: another average than FedAvg's, or the schedule of an objective that is not its own.</summary>
    private string? NoteOf(Baseline baseline)
    {
        var stage = plan.Settings.Extractor;
        if (baseline == Baseline.FedAvgClassifier)
        {
            return stage.Algorithm == FedAvg.OptimiserName ? null : $"averaged by {stage.Algorithm}";
        }

        return plan.Model.TrainsPredictor
            ? null
            : FormattableString.Invariant($"{stage.Method}'s schedule: {plan.Pipeline.LocalRounds} x {stage.Epochs} epochs, batch {stage.Batch}, rate {stage.LearningRate}");
    }

    private ImmutableArray<OutsideModel> ModelsOf(
        Baseline baseline, RunObserver observed, ImmutableArray<ImmutableArray<BlobRef>> locals, ImmutableArray<BlobRef> centralised) => baseline switch
        {
            Baseline.CentralisedMoe => Everywhere(new OutsideModel(
                0, centralised[0], centralised[2..].Select((expert, number) => (number, expert)).ToImmutableSortedDictionary(pair => pair.number, pair => pair.expert), centralised[1])),
            Baseline.LocalClassifier => [.. locals.Zip(plan.Deal.Learners, Classifier)],
            Baseline.FedAvgClassifier => [.. plan.Deal.ClientNumbers.Select(client => Classifier(observed.Model(Stages.Extractor), client))],
            _ => [.. Average(locals) is var average ? plan.Deal.ClientNumbers.Select(client => Classifier(average, client)) : []],
        };

    private ImmutableArray<OutsideModel> Everywhere(OutsideModel model) => [.. plan.Deal.ClientNumbers.Select(client => model with { Client = client })];

    private static OutsideModel Classifier(ImmutableArray<BlobRef> model, int client) =>
        new(client, model[0], ImmutableSortedDictionary<int, BlobRef>.Empty.Add(client, model[1]), null);

    private ImmutableArray<BlobRef> Average(ImmutableArray<ImmutableArray<BlobRef>> locals)
    {
        ImmutableArray<double> weights = [.. plan.Deal.Learners.Select(client => (double)plan.Deal.Rows(client))];
        return
        [
            .. _serving.WaitAll(Enumerable.Range(0, 2).Select(part =>
                LearningJob.Create(new AverageParameters(weights), 0, [.. locals.Select(model => model[part])]))).Select(result => result.Outputs[0]),
        ];
    }

    /// <summary>All trainings beside each other, round by round: the local classifiers, and the centralised mixture.</summary>
    private (ImmutableArray<ImmutableArray<BlobRef>> Locals, ImmutableArray<BlobRef> Centralised) Train()
    {
        var asked = plan.Settings.Evaluation.Baselines;
        var shards = _serving.WaitAll(plan.Deal.Learners.Select(plan.Deal.TrainingShard)).Select(result => result.Outputs[0]).ToImmutableArray();
        // The centralised mixture is trained as stage 1 is, and its chance is the experiment's.
        var seeds = plan.Seeds with { Gate = plan.Seeds.Seed };
        var initial = _serving.WaitAll(new[] { ModelPart.Extractor, ModelPart.Expert, ModelPart.Gate }.Select(part => plan.Model.Initial(part, seeds))).Select(result => result.Outputs[0]).ToArray();
        ImmutableArray<ImmutableArray<BlobRef>> locals = asked.Contains(Baseline.LocalClassifier) || asked.Contains(Baseline.OneShotClassifier)
            ? [.. plan.Deal.Learners.Select(_ => ImmutableArray.Create(initial[0], initial[1]))]
            : [];
        var centralised = asked.Contains(Baseline.CentralisedMoe) ? Mixture(initial) : [];
        for (var round = 1; round <= plan.Pipeline.LocalRounds && (locals.Length > 0 || centralised.Length > 0); round++)
        {
            var jobs = locals.Select((model, place) => Local(round, plan.Deal.Learners[place], model, shards[place])).ToList();
            if (!centralised.IsEmpty)
            {
                jobs.Insert(0, Centralised(round, centralised, shards));
            }

            var results = _serving.WaitAll(jobs);
            centralised = centralised.IsEmpty ? [] : results[0].Outputs;
            locals = [.. results.Skip(centralised.IsEmpty ? 0 : 1).Select(result => result.Outputs)];
            executor.Keep([.. centralised, .. locals.SelectMany(model => model)]);
            progress(round);
        }

        return (locals, centralised);
    }

    /// <summary>The centralised mixture at its start: each expert drawn anew, or they would all learn alike.</summary>
    private ImmutableArray<BlobRef> Mixture(BlobRef[] initial) =>
    [
        initial[0], initial[2],
        .. _serving.WaitAll(plan.Deal.ClientNumbers.Select(expert => LearningJob.Create(
            new InitParameters(plan.Model.Spec, ModelPart.Expert, 0), plan.Seeds.Key("centralised-expert", expert)))).Select(result => result.Outputs[0]),
    ];

    private Job Local(int round, int client, ImmutableArray<BlobRef> model, BlobRef shard) =>
        LearningJob.Create(Parameters(round), plan.Seeds.Key("local-classifier", client, round), model[0], model[1], shard);

    private Job Centralised(int round, ImmutableArray<BlobRef> model, ImmutableArray<BlobRef> shards) => LearningJob.Create(
        new CentralisedMoeParameters(Parameters(round) with { Model = plan.Model.GateSpec }, plan.Deal.Clients, plan.Settings.Inference.K, plan.Settings.Gate.Balance, GaussianNoise),
        plan.Seeds.Key("centralised-moe", round), [.. model, .. shards]);

    /// <summary>Its gate knows Gaussian noise alone: half the width of jitter is no deviation, and Shazeer's form does not read the number.</summary>
    private double GaussianNoise => plan.Settings.Gate.NoiseForm == RouterNoise.Gaussian ? plan.Settings.Gate.Noise : 0;

    private FedCeParameters Parameters(int round) => FedCeObjective.Parameters(plan, round);
}
