using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Compute.Execution;
using NMoE.Compute.Jobs;
using NMoE.Federation.Measurement;
using NMoE.Federation.Roles;
using NMoE.Federation.Settings;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;

namespace NMoE.Federation.References;

/// <summary>
/// GlobalGate, the paper's upper bound (Sec. III-C.3): a gate trained like FedGate's, but on all clients' data together, and asked without a network. It stands
/// outside the world: no device has it, and it takes no virtual time and no byte.
/// </summary>
/// <param name="plan">The experiment.</param>
/// <param name="executor">Runs its jobs.</param>
/// <param name="cancellation">Ends a wait.</param>
internal sealed class GlobalGate(Plan plan, IExecutor executor, CancellationToken cancellation)
{
    /// <summary>Its name in records.</summary>
    public const string Name = "globalgate";

    /// <summary>As many epochs as FedGate's rounds have together, in jobs of a round's, so that a stopped run goes on where it was.</summary>
    /// <param name="observed">The run. Clients without an expert have no part in it.</param>
    public BlobRef Train(RunObserver observed)
    {
        var shards = plan.Deal.Learners.Select(client => (Client: client, Dealt: executor.Submit(plan.Deal.TrainingShard(client)))).ToArray()
            .ToImmutableSortedDictionary(one => one.Client, one => one.Dealt.Wait(cancellation).Outputs[0]);
        var answers = ExpertAnswers.Of(plan.Model, executor, observed, client => shards[client], plan.Asked, cancellation);
        BlobRef[] pooled = [.. answers.SelectMany(client => client.Logits.Prepend(client.Shard).Prepend(client.Latents))];
        var training = plan.Pipeline.Gate.Training([.. observed.Experts.Keys]);
        var parameters = new GlobalGateParameters(training, observed.Experts.Count)
        {
            Known = plan.Asked.IsFull ? null : [.. answers.Select(client => client.Experts)],
            HoldoutSeeds = training.Holdout > 0 ? [.. observed.Experts.Keys.Select(plan.Pipeline.Gate.HoldoutSeed)] : null,
        };
        var gate = Run(plan.Model.Initial(ModelPart.Gate, plan.Seeds)).Outputs[0];
        ImmutableArray<BlobRef> moments = training.Input != InputForm.Latent ? [Moments(answers, [.. observed.Experts.Keys])] : [];
        for (var round = 1; round <= plan.Settings.Gate.Rounds; round++)
        {
            gate = Run(LearningJob.Create(parameters, plan.Seeds.GateKey(Name, round), [gate, .. pooled, .. moments])).Outputs[0];
        }

        return gate;
    }

    /// <summary>As the aggregator has them: each client's weighs as much as it has samples.</summary>
    private BlobRef Moments(ImmutableArray<ExpertAnswers> clients, ImmutableArray<int> numbers)
    {
        var each = clients.Select(client => executor.Submit(LearningJob.Create(new LatentMomentsParameters(plan.Model.Spec), 0, client.Latents))).ToArray()
            .Select(handle => handle.Wait(cancellation).Outputs[0]).ToArray();
        return Run(LearningJob.Create(new AverageParameters([.. numbers.Select(client => (double)plan.Deal.Rows(client))]), 0, each)).Outputs[0];
    }

    /// <summary>The gate on a test set.</summary>
    public MeasuredReference Score(RunObserver observed, TestPartition test, BlobRef gate)
    {
        var all = observed.Experts.ToImmutableSortedDictionary();
        ImmutableSortedDictionary<int, BlobRef> Of(int client) => plan.Peers.IsFull ? all : plan.Peers.Experts(client).Where(all.ContainsKey).ToImmutableSortedDictionary(expert => expert, expert => all[expert]);
        return new OutsideServing(plan.Deal, plan.Model, plan.Pipeline.Serving, plan.Settings.Evaluation.MacroF1, executor, cancellation).Serve(
            Name, test, observed.TestShards[test],
            [.. all.Keys.Select(client => new OutsideModel(client, observed.Extractors[client], Of(client), gate) { Own = plan.Model.ExpertSpec })], plan.Settings.Inference.K);
    }

    private JobResult Run(Job job) => executor.Submit(job).Wait(cancellation);
}
