using NMoE.Federation.Algorithms;
using NMoE.Federation.Roles;
using NMoE.Federation.Settings;
using NMoE.Learning.Jobs;

namespace NMoE.Federation.Fuzzing;

/// <summary>In which form updates travel, in some of the cases where that contradicts nothing. It draws from a sequence of its own: other cases are what they would be without.</summary>
/// <param name="share">The share of those cases that it changes.</param>
/// <param name="draw">Choices.</param>
internal sealed class CompressionDrawing(double share, Draw draw)
{
    /// <summary>The case with it.</summary>
    public ExperimentSettings In(ExperimentSettings settings)
    {
        if (share == 0 || !draw.Chance(share))
            return settings;
        var compressed = settings with
        {
            Extractor = settings.Extractor with
            {
                Compression = new()
                {
                    Compression = draw.Of(UpdateForm.Fp16, UpdateForm.Int8, UpdateForm.TopK, UpdateForm.RandomK),
                    CompressionShare = draw.Of(0.01, 0.3, 1),
                    ErrorFeedback = draw.Chance(0.8),
                },
            },
        };
        return UpdateTravel.Conflict(compressed, Objectives.Of(compressed.Extractor.Method), ServerOptimisers.Of(compressed.Extractor.Algorithm)) is null ? compressed : settings;
    }
}
