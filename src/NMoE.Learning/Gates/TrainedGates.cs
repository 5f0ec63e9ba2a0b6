namespace NMoE.Learning.Gates;

/// <summary>The gate that clients train together in rounds (Sec. III-C.3).</summary>
public sealed class FedGate : IGate
{
    /// <summary>Its name.</summary>
    public const string GateName = "fedgate";

    /// <inheritdoc/>
    public string Name => GateName;

    /// <inheritdoc/>
    public GateSource Source => GateSource.FedGate;

    /// <inheritdoc/>
    public Choices Choose(GateInput samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        return Choices.TopK(samples.Scores(), samples.Settings.Clients, samples.Settings.K);
    }
}

/// <summary>The gate that was trained around a ring of clients on pseudo-labels (Sec. III-C.2).</summary>
public sealed class RollGate : IGate
{
    /// <inheritdoc/>
    public string Name => "rollgate";

    /// <inheritdoc/>
    public GateSource Source => GateSource.RollGate;

    /// <inheritdoc/>
    public Choices Choose(GateInput samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        return Choices.TopK(samples.Scores(), samples.Settings.Clients, samples.Settings.K);
    }
}
