using NMoE.Federation.Roles;
using NMoE.Federation.Settings;
using NMoE.Learning.Gates;

namespace NMoE.Federation.Fuzzing;

/// <summary>Gates that look at groups, at whole requests or at what a sample is, and how many samples an expert is asked, in some of the cases. It draws from a sequence of its own: other cases are what they would be without.</summary>
/// <param name="share">The share of cases that it changes.</param>
/// <param name="draw">Choices.</param>
internal sealed class ServingDrawing(double share, Draw draw)
{
    /// <summary>The case with them.</summary>
    public ExperimentSettings In(ExperimentSettings settings) => share > 0 && draw.Chance(share) ? settings with { Inference = WithGate(settings.Inference) } : settings;

    private InferenceSection WithGate(InferenceSection inference)
    {
        var gate = draw.Of(KTop1Gate.GateName, SamGate.GateName, BaseGate.GateName, HashGate.GateName);
        object? keys = gate switch
        {
            KTop1Gate.GateName => new KTop1Keys { Groups = draw.Whole(1, 3) },
            SamGate.GateName => new SamKeys { Groups = draw.Whole(1, 3) },
            _ => null,
        };
        return inference with
        {
            Gates = inference.Gates.Add(gate),
            OfGates = keys is null ? inference.OfGates : inference.OfGates.SetItem(gate, keys),
            Capacity = draw.Of<double?>(null, 0.5, 1),
        };
    }
}
