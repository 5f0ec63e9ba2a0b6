using NMoE.Learning.Gates;

namespace NMoE.Learning.Tests.Guide;

/// <summary>The trained gate, but a sample stays at home unless another expert is clearly better: what docs/add-a-gate.md builds.</summary>
public sealed class CautiousGate : IGate
{
    private const float Margin = 0.5f;

    /// <inheritdoc/>
    public string Name => "cautiousgate";

    /// <inheritdoc/>
    public GateSource Source => GateSource.FedGate;

    /// <inheritdoc/>
    public Choices Choose(GateInput samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        var settings = samples.Settings;
        var scores = samples.Scores();
        for (var row = 0; row < samples.Rows; row++)
        {
            scores[(row * settings.Clients) + settings.Client] += Margin;
        }

        return Choices.TopK(scores, settings.Clients, settings.K);
    }
}
