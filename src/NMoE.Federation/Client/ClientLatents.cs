using NMoE.Compute.Blobs;
using NMoE.Federation.Roles;
using NMoE.Learning.Jobs;

namespace NMoE.Federation.Client;

/// <summary>A client's latents of its own pictures: F's, or what it makes of F's and of what it keeps to itself.</summary>
internal sealed class ClientLatents(int number, Plan plan)
{
    private readonly Charges _charges = new(plan);

    /// <summary>The work.</summary>
    /// <param name="tag">The purpose.</param>
    /// <param name="state">The client.</param>
    /// <param name="extractor">F.</param>
    /// <param name="shard">The pictures.</param>
    /// <param name="rows">Those of them that the device is charged for.</param>
    public Roles.Compute Of(JobTag tag, ClientState state, BlobRef extractor, BlobRef shard, int rows) =>
        plan.Pipeline.Objective.Private is { } parts && state.Durable.Training.Own.Private is { IsEmpty: false } own
            ? new(tag, parts.Latents(plan, number, extractor, own, shard), parts.LatentFlops(plan, plan.Settings.KindOf(number), rows))
            : new(tag, LearningJob.Create(new LatentsParameters(plan.Model.Spec), 0, extractor, shard), _charges.Latents(rows));
}
