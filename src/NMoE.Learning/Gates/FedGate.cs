namespace NMoE.Learning.Gates;

/// <summary>The gate that clients train together in rounds (Sec. III-C.3).</summary>
public sealed class FedGate : IGate
{
    /// <summary>Its name.</summary>
    public const string GateName = "fedgate";

    /// <summary>The stage that trains it.</summary>
    public const string Stage = "gate";

    /// <inheritdoc/>
    public string Name => GateName;

    /// <inheritdoc/>
    public string? Source => FedGate.Stage;

    /// <inheritdoc/>
    public Choices Choose(GateInput samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        return Choices.TopK(samples.Scores(), samples.Settings.Clients, samples.Settings.K);
    }
}
