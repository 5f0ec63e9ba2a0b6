using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Federation.Settings;
using NMoE.Learning.Models;

namespace NMoE.Federation.Roles;

/// <summary>
/// Parts of a model that a client keeps to itself beside its predictor, and trains on from round to round. That they outlive a crash, go back where a round is asked for again, and are never sent is the same for all. What
/// serves is what stage 1 has trained: stages 2 and 3 train nothing, and no latents of peers mean anything.
/// </summary>
public interface IPrivateParts
{
    /// <summary>How many there are; a round's job gives them behind the objective's own parts.</summary>
    int Count { get; }

    /// <summary>The job that draws a client's.</summary>
    Job Initial(Plan plan, int client);

    /// <summary>A client's latents of a shard.</summary>
    /// <param name="plan">The experiment.</param>
    /// <param name="client">The client.</param>
    /// <param name="extractor">The shared F.</param>
    /// <param name="own">The client's parts.</param>
    /// <param name="shard">The shard.</param>
    Job Latents(Plan plan, int client, BlobRef extractor, ImmutableArray<BlobRef> own, BlobRef shard);

    /// <summary>FLOP of those latents.</summary>
    double LatentFlops(Plan plan, DeviceKind kind, int rows);

    /// <summary>FLOP of a client's epochs of one round, on a device of a kind.</summary>
    double Flops(Plan plan, DeviceKind kind, int rows);

    /// <summary>Bytes that a mini-batch of stage 1 takes for them, in a device of a kind.</summary>
    /// <param name="settings">The experiment.</param>
    /// <param name="model">The architecture.</param>
    /// <param name="kind">The kind.</param>
    /// <param name="pictures">Pictures of a mini-batch.</param>
    long Memory(ExperimentSettings settings, ModelSpec model, DeviceKind kind, int pictures);

    /// <summary>The gates that can serve.</summary>
    ImmutableArray<string> Gates { get; }
}
