using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Compute.Execution;
using NMoE.Federation.Measurement;
using NMoE.Federation.Roles;
using NMoE.Federation.Topologies;
using NMoE.Learning.Jobs;

namespace NMoE.Federation.References;

/// <summary>What experts say of a shard: for references, which no network separates from the experts.</summary>
/// <param name="Shard">The shard.</param>
/// <param name="Latents">F(x) of it.</param>
/// <param name="Experts">The experts that its client may ask, ascending; no client is passed over but those without an expert.</param>
/// <param name="Logits">The logits of each.</param>
internal sealed record ExpertAnswers(BlobRef Shard, BlobRef Latents, ImmutableArray<int> Experts, ImmutableArray<BlobRef> Logits)
{
    /// <summary>Asks the experts of a run about the shards of the clients that have one, in client order. In training, devices have asked most of it already.</summary>
    /// <param name="model">The architecture, and each client's expert.</param>
    /// <param name="executor">Runs jobs.</param>
    /// <param name="observed">The run.</param>
    /// <param name="shards">A shard of each client, by number.</param>
    /// <param name="topology">Whom each client may ask.</param>
    /// <param name="cancellation">Ends a wait.</param>
    public static ImmutableArray<ExpertAnswers> Of(
        Model model, IExecutor executor, RunObserver observed, Func<int, BlobRef> shards, Topology topology, CancellationToken cancellation)
    {
        int[] holders = [.. observed.Experts.Keys];
        var latents = holders
            .Select(client => executor.Submit(LearningJob.Create(new LatentsParameters(model.Spec), 0, observed.Extractors[client], shards(client)))).ToArray()
            .Select(handle => handle.Wait(cancellation).Outputs[0]).ToArray();
        var experts = holders.Select(client => topology.Experts(client).Where(observed.Experts.ContainsKey).ToImmutableArray()).ToArray();
        var logits = latents
            .Select((latent, place) => experts[place].Select(expert =>
                executor.Submit(LearningJob.Create(new ExpertLogitsParameters(model.ExpertSpec(expert)), 0, observed.Experts[expert], latent))).ToArray()).ToArray();
        return
        [
            .. holders.Select((client, place) => new ExpertAnswers(
                shards(client), latents[place], experts[place], [.. logits[place].Select(handle => handle.Wait(cancellation).Outputs[0])])),
        ];
    }
}
