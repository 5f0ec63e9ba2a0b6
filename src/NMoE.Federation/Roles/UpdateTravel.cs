using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Federation.Settings;
using NMoE.Learning.Compression;
using NMoE.Learning.Cost;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;

namespace NMoE.Federation.Roles;

/// <summary>How updates of stage 1 travel where they are compressed: both ends make the same of the settings.</summary>
/// <param name="plan">The experiment.</param>
internal sealed class UpdateTravel(Plan plan)
{
    // Both ends draw the same places: of what a client sends in a round.
    private const string Purpose = "compression";
    private readonly CompressParameters _how = new(
        plan.Model.Spec, plan.Model.SharedParts, plan.Model.Dimension, plan.Settings.Extractor.Compression.Compression,
        // What no form reads is in no job's key.
        plan.Settings.Extractor.Compression is { Compression: UpdateForm.TopK or UpdateForm.RandomK, CompressionShare: var share } ? share : 1);

    private readonly CompressParameters _down = new(
        plan.Model.Spec, plan.Model.SharedParts, plan.Model.Dimension, plan.Settings.Extractor.Compression.CompressionDown == ModelForm.Int8 ? UpdateForm.Int8 : UpdateForm.Fp16, 1);

    /// <summary>Whether updates travel as models.</summary>
    public bool IsExact => plan.Settings.Extractor.Compression.IsExact;

    /// <summary>Whether a round's model travels as it is.</summary>
    public bool IsExactDown => plan.Settings.Extractor.Compression.IsExactDown;

    /// <summary>FLOP of the client's work; 0 where models travel as they are.</summary>
    public double CompressFlops => IsExact ? 0 : LearningCost.Compress(_how);

    /// <summary>FLOP of the server's, an update.</summary>
    public double RestoreFlops => IsExact ? 0 : LearningCost.Restore(_how);

    /// <summary>FLOP of a model's packing, and of its unpacking; 0 where it travels as it is.</summary>
    public double PackFlops => IsExactDown ? 0 : LearningCost.Pack(_down);

    /// <summary>Bytes of a part of an update that travels, its header included.</summary>
    public long BytesOf(ModelPart part) => CompressedUpdate.BytesOf(_how, part);

    /// <summary>Bytes of a part of a packed model, its header included.</summary>
    public long DownBytesOf(ModelPart part) => CompressedUpdate.BytesOf(_down, part);

    /// <summary>The server's work on a part of a model before a round.</summary>
    /// <param name="part">Its place among those that travel.</param>
    /// <param name="model">The part.</param>
    public (Job Job, double Flops) Pack(int part, BlobRef model)
    {
        var how = _down with { Parts = [plan.Model.SharedParts[part]] };
        return (LearningJob.Create(new PackParameters(how), 0, [model]), LearningCost.Pack(how));
    }

    /// <summary>A client's work on what came.</summary>
    /// <param name="travelled">The parts.</param>
    public (Job Job, double Flops) Unpack(ImmutableArray<BlobRef> travelled) => (LearningJob.Create(new UnpackParameters(_down), 0, [.. travelled]), PackFlops);

    /// <summary>The client's work.</summary>
    /// <param name="client">The client.</param>
    /// <param name="round">The round.</param>
    /// <param name="start">The model from which it started.</param>
    /// <param name="trained">The parts that travel, as trained.</param>
    /// <param name="kept">What the rounds before left out; none for nothing.</param>
    public (Job Job, double Flops) Compress(int client, int round, ImmutableArray<BlobRef> start, ImmutableArray<BlobRef> trained, ImmutableArray<BlobRef> kept) =>
        (LearningJob.Create(_how, plan.Seeds.Key(Purpose, client, round), [.. start, .. trained, .. kept]), CompressFlops);

    /// <summary>The server's work.</summary>
    /// <param name="client">The client.</param>
    /// <param name="round">The round.</param>
    /// <param name="start">The model from which the client started.</param>
    /// <param name="travelled">What came.</param>
    public (Job Job, double Flops) Restore(int client, int round, ImmutableArray<BlobRef> start, ImmutableArray<BlobRef> travelled) =>
        (LearningJob.Create(new RestoreParameters(_how), plan.Seeds.Key(Purpose, client, round), [.. start, .. travelled]), RestoreFlops);

    /// <summary>A setting that compression contradicts; null where there is none.</summary>
    /// <param name="settings">The experiment.</param>
    /// <param name="objective">What clients minimise.</param>
    /// <param name="optimiser">What the server makes of their updates.</param>
    public static SettingConflict? Conflict(ExperimentSettings settings, IObjective objective, IServerOptimiser optimiser)
    {
        var compression = settings.Extractor.Compression;
        var why = compression is { IsExact: true, IsExactDown: true } || objective is IRingStage ? null
            : objective.Exchange is not null ? $"{objective.Name} trains against matrices, after an exchange that has no room for what an update left out"
            : optimiser is IControlVariates ? $"{optimiser.Name} takes the change of a control variate from the whole update"
            : settings.Model.Norm == NormRule.BatchLocal ? "each client keeps norms of its own, so that its change is not one of the server's model"
            : null;
        return why is null ? null : new(compression.IsExact ? KeyPath.Of(all => all.Extractor.Compression.CompressionDown) : KeyPath.Of(all => all.Extractor.Compression.Compression), why, "none")
        {
            Otherwise = "fedce with another algorithm than scaffold and norms that are not local",
        };
    }
}
