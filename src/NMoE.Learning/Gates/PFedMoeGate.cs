using NMoE.Learning.Jobs;

namespace NMoE.Learning.Gates;

/// <summary>
/// pFedMoE (Yi et al., 2024): a client's own predictor, on latents that its own gate mixes from the shared extractor's and its own. Stage 1 has trained all of it (<c>extractor.method = pfedmoe</c>), and nothing is sent
/// in serving.
/// </summary>
public sealed class PFedMoeGate : IGate
{
    /// <summary>Its name.</summary>
    public const string GateName = "pfedmoe";

    private readonly LocalGate _own = new();

    /// <inheritdoc/>
    public string Name => GateName;

    /// <inheritdoc/>
    public string Title => "pFedMoE";

    /// <inheritdoc/>
    public bool StaysHome => true;

    /// <inheritdoc/>
    public int Experts(int k, object? keys) => 1;

    /// <inheritdoc/>
    public Choices Choose(GateInput samples) => _own.Choose(samples);

    /// <inheritdoc/>
    public IEnumerable<int> Foretell(int rows, RouteParameters settings, ulong seed) => _own.Foretell(rows, settings, seed);
}
