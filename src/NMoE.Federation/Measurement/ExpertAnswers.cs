using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Compute.Execution;
using NMoE.Federation.Roles;
using NMoE.Learning.Jobs;

namespace NMoE.Federation.Measurement;

/// <summary>What every expert says of a shard: for references, which no network separates from the experts.</summary>
/// <param name="Shard">The shard.</param>
/// <param name="Latents">F(x) of it.</param>
/// <param name="Logits">Each expert's logits, by client number.</param>
internal sealed record ExpertAnswers(BlobRef Shard, BlobRef Latents, ImmutableArray<BlobRef> Logits)
{
    /// <summary>Asks all experts of a run about some shards. In training, devices have asked most of it already.</summary>
    public static ImmutableArray<ExpertAnswers> Of(
        Plan plan, IExecutor executor, RunObserver observed, ImmutableArray<BlobRef> shards, CancellationToken cancellation)
    {
        var latents = shards
            .Select((shard, client) => executor.Submit(LearningJob.Create(new LatentsParameters(plan.Model), 0, observed.Extractors[client], shard))).ToArray()
            .Select(handle => handle.Wait(cancellation).Outputs[0]).ToArray();
        var logits = latents
            .Select(latent => observed.Experts.Values.Select(expert =>
                executor.Submit(LearningJob.Create(new ExpertLogitsParameters(plan.Model), 0, expert, latent))).ToArray()).ToArray();
        return
        [
            .. shards.Select((shard, client) => new ExpertAnswers(
                shard, latents[client], [.. logits[client].Select(handle => handle.Wait(cancellation).Outputs[0])])),
        ];
    }
}
