using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Federation.Roles;
using NMoE.Federation.Settings;
using NMoE.Learning.Jobs;

namespace NMoE.Federation.Algorithms;

/// <summary>
/// SCAFFOLD (Karimireddy et al., 2020): each local step of FedCE adds c - c_i, the server's control variate minus the client's; c then moves by the clients' changes
/// over n. The models are averaged as in FedAvg. Where its other parts lie, <see cref="IControlVariates"/> says.
/// </summary>
internal sealed class Scaffold : IControlVariates
{
    public string Name => "scaffold";

    public Job Step(ExtractorSection stage, PartUpdates updates) => FedAvg.Average(updates);

    /// <remarks>A client that was away when c was first sent has no c_i yet, and before c there is no c_i to have.</remarks>
    public Job Local(FedCeParameters parameters, ulong seed, LocalRound round)
    {
        return LearningJob.Create(
            new ScaffoldParameters(parameters), seed,
            [.. round.Model, round.Shard, .. round.Control, .. round.Control.Select(_ => round.OwnControl).OfType<BlobRef>()]);
    }

    public Job Control(ImmutableArray<BlobRef> changes, int clients, BlobRef? control) => LearningJob.Create(
        new ScaffoldServerParameters(changes.Length, clients), 0, [.. changes, .. control is null ? ImmutableArray<BlobRef>.Empty : [control]]);

    public SettingConflict? Conflict(ExtractorSection stage)
    {
        var (key, remedy) = stage switch
        {
            { Method: not FedCeObjective.ObjectiveName } => (KeyPath.Of(all => all.Extractor.Method), FedCeObjective.ObjectiveName),
            { Head: HeadSharing.Personal } => (KeyPath.Of(all => all.Extractor.Head), "shared"),
            { Momentum: > 0 } => (KeyPath.Of(all => all.Extractor.Momentum), "0"),
            _ => ("", ""),
        };
        return key.Length == 0 ? null : new(key, "scaffold corrects plain SGD on the whole model of fedce", remedy);
    }
}
