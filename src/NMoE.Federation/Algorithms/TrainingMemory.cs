using NMoE.Federation.Roles;
using NMoE.Federation.Settings;
using NMoE.Learning.Cost;
using NMoE.Learning.Models;

namespace NMoE.Federation.Algorithms;

/// <summary>Memory of a mini-batch of stage 1, as <see cref="LearningMemory"/> counts it.</summary>
/// <param name="Bytes">Bytes of it.</param>
/// <param name="Pictures">Pictures in it.</param>
public readonly record struct TrainingMemory(long Bytes, int Pictures)
{
    /// <summary>That of an experiment, at the client with the most pictures.</summary>
    public static TrainingMemory Of(ExperimentSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var stage = settings.Extractor;
        var objective = Objectives.Of(stage.Method);
        var head = objective.Parts[^1];
        var batch = Math.Min(stage.Batch, Deal.Sizes(settings).Max());
        return new(
            LearningMemory.Training(
                Model.SpecOf(settings, settings.Data.Form), head, objective.Projection(settings),
                LearningMemory.Copies + (ServerOptimisers.Of(stage.Algorithm) is IControlVariates ? 2 : 0),
                head == ModelPart.Projection ? 2 * batch : batch)
                + (objective.Private?.Memory(settings, Model.SpecOf(settings, settings.Data.Form), settings.OwnKind, batch) ?? 0),
            batch);
    }
}
