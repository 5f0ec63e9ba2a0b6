using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Federation.Roles;
using NMoE.Federation.Settings;
using NMoE.Learning.Cost;
using NMoE.Learning.Gates;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;

namespace NMoE.Federation.Algorithms;

/// <summary>
/// pFedMoE (Yi et al., 2024): a client's latents are a mixture of a small extractor that all share and of one of its own, weighed by a gate of its own that sees the picture; its own predictor decides on them. All is
/// trained by one backward pass; the shared extractor alone travels and is averaged.
/// </summary>
internal sealed class PFedMoeObjective : IObjective, IPrivateParts
{
    public string Name => PFedMoeGate.GateName;

    public ImmutableArray<ModelPart> Parts { get; } = [ModelPart.Extractor, ModelPart.Expert];

    public IPrivateParts Private => this;

    int IPrivateParts.Count => 2;

    ImmutableArray<string> IPrivateParts.Gates { get; } = [PFedMoeGate.GateName];

    /// <summary>Draws are those of FedCE's rounds: with the shared extractor alone it is FedCE with a personal head, to the bit.</summary>
    public Job Local(LocalRound round)
    {
        var plan = round.Plan;
        var parameters = new PFedMoeParameters(FedCeObjective.Parameters(plan, round.Round), Form(plan, plan.Settings.KindOf(round.Client)));
        return LearningJob.Create(parameters, plan.Seeds.Key(FedCeObjective.ObjectiveName, round.Client, round.Round), [.. round.Model, .. round.Private, round.Shard]);
    }

    public double Flops(Plan plan, int rows) => plan.Settings.Kinds.Max(kind => Flops(plan, kind, rows));

    public double Flops(Plan plan, DeviceKind kind, int rows) => LearningCost.PFedMoe(Form(plan, kind), rows, plan.Settings.Extractor.Epochs);

    public double LatentFlops(Plan plan, DeviceKind kind, int rows) => LearningCost.PFedMoeLatents(Form(plan, kind), rows);

    public long Memory(ExperimentSettings settings, ModelSpec model, DeviceKind kind, int pictures) =>
        LearningMemory.Training(model with { Extractor = kind.Extractor }, ModelPart.Expert, 0, LearningMemory.Copies, pictures);

    public Job Initial(Plan plan, int client) => LearningJob.Create(new PFedMoeInitParameters(Form(plan, plan.Settings.KindOf(client))), plan.Seeds.Key(Name, client));

    public Job Latents(Plan plan, int client, BlobRef extractor, ImmutableArray<BlobRef> own, BlobRef shard) =>
        LearningJob.Create(new PFedMoeLatentsParameters(Form(plan, plan.Settings.KindOf(client))), 0, [extractor, .. own, shard]);

    public SettingConflict? Conflict(ExperimentSettings settings)
    {
        const string own = "each client keeps a predictor of its own, on latents of its own";
        var served = settings.Inference.Gates.FirstOrDefault(gate => gate != PFedMoeGate.GateName);
        return settings.Extractor.Head != HeadSharing.Personal ? new("extractor.head", own, "personal")
            : settings.Extractor.Algorithm is not (FedAvg.OptimiserName or "fedavgm") ? new("extractor.algorithm", "what clients keep to themselves is neither pulled back to a round's start nor corrected", "fedavg or fedavgm")
            : settings.Model.Norm == NormRule.BatchLocal ? new("model.norm", "what is a client's own is its other extractor", "group or batch")
            : settings.Extractor.ComputeWithin is not null ? new("extractor.compute-within", "clients train all epochs of a round, whatever their own extractors take", "unlimited")
            : settings.Expert.Start != ExpertStart.Reuse ? new("expert.start", "stage 1 trains what serves, and stage 2 nothing", "reuse")
            : served is not null ? new("inference.gates", $"{own}: {served} has nothing to serve with", "[pfedmoe]")
            : !settings.Evaluation.References.IsEmpty ? new("evaluation.references", own, "[]")
            : Sizes(settings);
    }

    public ExperimentSettings Fitted(ExperimentSettings settings) => settings with
    {
        Model = settings.Model with { Norm = NormRule.Group },
        Extractor = settings.Extractor with { Head = HeadSharing.Personal, Algorithm = FedAvg.OptimiserName, ComputeWithin = null },
        Expert = settings.Expert with { Start = ExpertStart.Reuse },
        Gate = settings.Gate with { Data = GateData.Train },
        Inference = settings.Inference with { Gates = [PFedMoeGate.GateName] },
    };

    /// <summary>What both extractors give is mixed number by number.</summary>
    private static SettingConflict? Sizes(ExperimentSettings settings)
    {
        var model = Model.SpecOf(settings, settings.Data.Form);
        try
        {
            return Unlike(settings, model);
        }
        catch (ModelException wrong)
        {
            return new("pfedmoe.extractor", wrong.Message, FormattableString.Invariant($"one for such pictures that gives {model.Latent} numbers"));
        }
    }

    private static SettingConflict? Unlike(ExperimentSettings settings, ModelSpec model)
    {
        var other = settings.Kinds.FirstOrDefault(kind => Built(model, kind) != model.Latent);
        return other is null ? null : new(
            "pfedmoe.extractor", FormattableString.Invariant($"{other.Extractor} gives {Built(model, other)} numbers a picture, and model.extractor, {settings.Model.Extractor}, gives {model.Latent}"),
            FormattableString.Invariant($"one that gives {model.Latent}"));
    }

    private static int Built(ModelSpec model, DeviceKind kind) => (model with { Extractor = kind.Extractor }).Latent;

    private static PFedMoeForm Form(Plan plan, DeviceKind kind)
    {
        var settings = plan.Settings.PFedMoe;
        return new(plan.Model.Spec, plan.Model.Spec with { Extractor = kind.Extractor }, settings.Weights == PFedMoeWeights.Gate ? settings.Gate : 1, settings.Weights);
    }
}
