using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Compute.Execution;
using NMoE.Federation.Roles;
using NMoE.Learning.Jobs;

namespace NMoE.Federation.Measurement;

/// <summary>Linear probes: how much a linear layer can read out of an extractor that has learned without labels. The layer learns from all training pictures.</summary>
/// <param name="plan">The experiment.</param>
/// <param name="executor">Runs evaluation jobs.</param>
/// <param name="testShards">Test shards in client order.</param>
public sealed class Probes(Plan plan, IExecutor executor, ImmutableArray<BlobRef> testShards)
{
    // The probe of FedSC's public code: Adam at 3e-3 for 200 epochs, and the method's batch.
    private const double Rate = 3e-3;
    private const int Batch = 256;
    private const int Epochs = 200;

    /// <summary>Whether a round of stage 1 is probed.</summary>
    public bool Wants(int round) => !plan.Model.TrainsPredictor
        && (round == plan.Settings.Extractor.Rounds || (round % plan.Settings.Evaluation.EveryRounds == 0 && !plan.Model.HasOwnNorms));

    /// <summary>Begins with the latents, which take the most time.</summary>
    /// <param name="extractor">F of all clients.</param>
    public void Begin(BlobRef extractor)
    {
        foreach (var client in plan.Deal.ClientNumbers)
        {
            _ = Submit(extractor, testShards[client]);
        }
    }

    /// <summary>The probe of an extractor, or of each client's own. Waits for what it needs.</summary>
    /// <param name="extractors">F by client.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public IJobHandle Of(IReadOnlyDictionary<int, BlobRef> extractors, CancellationToken cancellation)
    {
        var learners = plan.Deal.Learners;
        var training = learners.Select(client => executor.Submit(plan.Deal.TrainingShard(client))).ToArray();
        var samples = learners.Zip(training, (client, shard) => (Extractor: extractors[client], Shard: shard.Wait(cancellation).Outputs[0]))
            .Concat(plan.Deal.ClientNumbers.Where(extractors.ContainsKey).Select(client => (Extractor: extractors[client], Shard: testShards[client])))
            .Select(item => (item.Shard, Latents: Submit(item.Extractor, item.Shard))).ToArray();
        return executor.Submit(LearningJob.Create(
            new LinearProbeParameters(plan.Model.Spec, learners.Length, Rate, Batch, Epochs), plan.Seeds.Key("probe"),
            [.. samples.SelectMany(item => new[] { item.Latents.Wait(cancellation).Outputs[0], item.Shard })]));
    }

    private IJobHandle Submit(BlobRef extractor, BlobRef shard) =>
        executor.Submit(LearningJob.Create(new LatentsParameters(plan.Model.Spec), 0, extractor, shard));
}
