using NMoE.Federation.Algorithms;
using NMoE.Federation.Roles;
using NMoE.Federation.Settings;
using NMoE.Learning.Jobs;

namespace NMoE.Federation.Fuzzing;

/// <summary>In which form updates and models travel, in some of the cases where that contradicts nothing. It draws from sequences of its own: other cases are what they would be without.</summary>
/// <param name="share">The share of those cases that it changes.</param>
internal sealed class CompressionDrawing(double share)
{
    /// <summary>The case with updates that travel so.</summary>
    public ExperimentSettings Up(ExperimentSettings settings, Draw draw) => !Changes(draw) ? settings : Possible(settings, new()
    {
        Compression = draw.Of(UpdateForm.Fp16, UpdateForm.Int8, UpdateForm.TopK, UpdateForm.RandomK),
        CompressionShare = draw.Of(0.01, 0.3, 1),
        ErrorFeedback = draw.Chance(0.8),
    });

    /// <summary>The case with models that travel so.</summary>
    public ExperimentSettings Down(ExperimentSettings settings, Draw draw) =>
        !Changes(draw) ? settings : Possible(settings, settings.Extractor.Compression with { CompressionDown = draw.Of(ModelForm.Fp16, ModelForm.Int8) });

    private bool Changes(Draw draw) => share > 0 && draw.Chance(share);

    private static ExperimentSettings Possible(ExperimentSettings settings, CompressionSection compression)
    {
        var compressed = settings with { Extractor = settings.Extractor with { Compression = compression } };
        return UpdateTravel.Conflict(compressed, Objectives.Of(compressed.Extractor.Method), ServerOptimisers.Of(compressed.Extractor.Algorithm)) is null ? compressed : settings;
    }
}
