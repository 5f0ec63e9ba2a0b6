using NMoE.Federation.Configuration;
using NMoE.Federation.Roles;
using NMoE.Federation.Settings;
using NMoE.Learning.Gates;

namespace NMoE.Federation.Fuzzing;

/// <summary>Mixtures at home, in some of the cases where that contradicts nothing. It draws from a sequence of its own: other cases are what they would be without.</summary>
/// <param name="share">The share of those cases that it changes.</param>
/// <param name="draw">Choices.</param>
internal sealed class HomeDrawing(double share, Draw draw)
{
    // With as many epochs as there can be, its training takes long enough for faults to meet it.
    private const int Epochs = 10_000;

    /// <summary>The case with one of its gates, or both.</summary>
    public ExperimentSettings In(ExperimentSettings settings)
    {
        if (share == 0 || !draw.Chance(share))
            return settings;
        string[] gates = draw.Of<string[]>([PflMfGate.GateName], [PflMfeGate.GateName], [PflMfeGate.GateName, PflMfGate.GateName]);
        return gates.Where(gate => HomeCheck.Conflict(settings, gate) is null).Aggregate(settings, (drawn, gate) => drawn with
        {
            Inference = drawn.Inference with { Gates = drawn.Inference.Gates.Add(gate), OfGates = drawn.Inference.OfGates.SetItem(gate, new PflKeys { Epochs = Epochs }) },
        });
    }
}
