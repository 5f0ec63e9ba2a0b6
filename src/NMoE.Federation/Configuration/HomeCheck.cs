using NMoE.Federation.Algorithms;
using NMoE.Federation.Roles;
using NMoE.Federation.Settings;
using NMoE.Learning.Experts;
using NMoE.Learning.Gates;
using NMoE.Learning.Models;

namespace NMoE.Federation.Configuration;

/// <summary>Refuses a mixture at home that lacks one of its two, or the rows that its gate learns from.</summary>
internal static class HomeCheck
{
    /// <exception cref="ConfigurationException">It does.</exception>
    public static void Run(ExperimentSettings settings, Values values)
    {
        foreach (var gate in settings.Inference.Gates)
        {
            if (Conflict(settings, gate) is var (problem, remedy))
            {
                var key = KeyPath.Of(all => all.Inference.Gates);
                throw new ConfigurationException(values.Origin(key), key, $"{gate} {problem}", $"Leave it out, or write {remedy}");
            }
        }
    }

    /// <summary>What stands against a gate, and what would be right; null for nothing.</summary>
    /// <param name="settings">The experiment.</param>
    /// <param name="gate">The gate's name.</param>
    public static (string Problem, string Remedy)? Conflict(ExperimentSettings settings, string gate)
    {
        var method = KeyPath.Of(all => all.Extractor.Method);
        if (gate == PFedMoeGate.GateName && Objectives.Of(settings.Extractor.Method).Private?.Gates.Contains(gate) != true)
        {
            return ($"serves what stage 1 trains where {method} = {PFedMoeGate.GateName}", $"{method} = {PFedMoeGate.GateName}");
        }

        if (Gates.Of(gate).Home is null)
        {
            return null;
        }

        var (start, head, holdout) = (KeyPath.Of(all => all.Expert.Start), KeyPath.Of(all => all.Extractor.Head), KeyPath.Of(all => all.Expert.Holdout));
        return !Objectives.Of(settings.Extractor.Method).Parts.Contains(ModelPart.Expert) || settings.Extractor.Head != HeadSharing.Shared
            ? ("mixes a client's expert with a predictor that all clients share, and stage 1 leaves none", $"{KeyPath.Of(all => all.Extractor.Method)} = fedce with {head} = shared")
            : settings.Expert.Start == ExpertStart.Reuse ? ("mixes a client's expert with stage 1's predictor, and both are the same", $"{start} = fine-tune")
            : HeldOut.Count(settings.Expert.Holdout, Deal.Sizes(settings).Max()) == 0
                ? (FormattableString.Invariant($"has a gate that learns from what experts hold out, and {settings.Expert.Holdout} of {Deal.Sizes(settings).Max()} pictures are none"), $"a greater {holdout}, such as 0.25")
            : null;
    }
}
