using NMoE.Federation.Roles;
using NMoE.Federation.Settings;
using NMoE.Learning.Data;

namespace NMoE.Federation.Algorithms;

/// <summary>Plans of experiments, with the algorithms that their settings name.</summary>
public static class Plans
{
    /// <summary>The plan of an experiment.</summary>
    /// <param name="settings">The experiment.</param>
    /// <param name="data">The data set, by content.</param>
    public static Plan Of(ExperimentSettings settings, DataSpec data)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return new(settings, data, Objectives.Of(settings.Extractor.Method), ServerOptimisers.Of(settings.Extractor.Algorithm)) { Rings = RingStages.Of(settings) };
    }
}
