using System.Collections.Immutable;
using NMoE.Compute.Jobs;
using NMoE.Federation.Settings;
using NMoE.Learning.Data;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;

namespace NMoE.Federation.Roles;

/// <summary>What is trained: the architecture, and which of its parts are shared.</summary>
/// <param name="Spec">The architecture.</param>
/// <param name="Parts">The parts that stage 1 trains.</param>
/// <param name="Experts">Outputs of a gate: one for each client.</param>
public sealed record Model(ModelSpec Spec, ImmutableArray<ModelPart> Parts, int Experts)
{
    private ((ImmutableArray<ModelPart> Parts, HeadSharing Head) Of, ImmutableArray<ModelPart> Parts) _shared;

    /// <summary>The same for jobs that read a trained gate, whose model only they know.</summary>
    public required ModelSpec GateSpec { get; init; }

    /// <summary>Outputs of a projection head.</summary>
    public required int Dimension { get; init; }

    /// <summary>Whether clients share a predictor, or have one each.</summary>
    public required HeadSharing Head { get; init; }

    /// <summary>The noise that a gate is trained with.</summary>
    public required RouterNoise GateNoise { get; init; }

    /// <summary>Whether a gate is trained whose noise could be learned: RollGate has none.</summary>
    public required bool LearnsNoise { get; init; }

    /// <summary>Whether each client keeps the norms of its own extractor.</summary>
    public required bool HasOwnNorms { get; init; }

    /// <summary>Which clients have another kind of device, and with it perhaps another expert than stage 1's predictor.</summary>
    public DeviceMix Mix { get; init; } = DeviceMix.None;

    /// <summary>The architecture with a client's expert.</summary>
    public ModelSpec ExpertSpec(int client) => Mix.Of(client) is { } kind ? ExpertSpec(kind) : Spec;

    /// <summary>The same of all devices of a kind.</summary>
    public ModelSpec ExpertSpec(DeviceKind kind) => Spec with { Expert = kind?.Expert };

    /// <summary>Whether a client's expert can begin as stage 1's predictor: others begin as drawn.</summary>
    public bool StartsAsPredictor(int client) => ExpertSpec(client) == Spec;

    /// <summary>Whether stage 1 trains a predictor, and not F alone.</summary>
    public bool TrainsPredictor => Parts.Contains(ModelPart.Expert);

    /// <summary>Parts of stage 1's model that are sent and averaged: all but a personal predictor.</summary>
    public ImmutableArray<ModelPart> SharedParts
    {
        get
        {
            // Asked at each message; a copy with other parts or heads finds its own.
            if (_shared.Of != (Parts, Head))
            {
                _shared = ((Parts, Head), [.. Parts.Where(part => part != ModelPart.Expert || Head == HeadSharing.Shared)]);
            }

            return _shared.Parts;
        }
    }

    /// <summary>Parts of stage 1's model that clients need once it is trained: a projection head has done its work.</summary>
    public int PublishedParts => SharedParts.Count(part => part != ModelPart.Projection);

    /// <summary>Whether each client has a predictor of its own from the start.</summary>
    public bool HasOwnHeads => !SharedParts.Contains(ModelPart.Expert);

    /// <summary>Whether stage 1's global model can answer by itself.</summary>
    public bool HasGlobalModel => !HasOwnHeads && !HasOwnNorms;

    /// <summary>The job that draws a part's initial parameters, the same for everyone who asks.</summary>
    public Job Initial(ModelPart part, Seeds seeds)
    {
        ArgumentNullException.ThrowIfNull(seeds);
        var key = part == ModelPart.Gate ? seeds.GateKey("init", (int)part) : seeds.Key("init", (int)part);
        return part == ModelPart.Gate && GateNoise == RouterNoise.Shazeer && LearnsNoise
            ? LearningJob.Create(new NoisyGateParameters(GateSpec, Experts), key)
            : LearningJob.Create(new InitParameters(part == ModelPart.Gate ? GateSpec : Spec, part, part switch { ModelPart.Gate => Experts, ModelPart.Projection => Dimension, _ => 0 }), key);
    }

    /// <summary>The architecture of an experiment.</summary>
    internal static ModelSpec SpecOf(ExperimentSettings settings, PictureForm pictures)
    {
        var (model, extractor) = (settings.Model, Extractors.Of(settings.Model.Extractor));
        return new(extractor.HasWidth ? model.Width : new ModelSection().Width, pictures.Classes)
        {
            Extractor = model.Extractor,
            Expert = model.Expert,
            Shape = pictures.Shape,
            Traits = pictures.Traits,
            Norm = extractor.HasNorms && model.Norm != NormRule.Group ? NormKind.Batch : NormKind.Group,
            Precision = model.Precision,
        };
    }
}
