using System.Collections.Immutable;
using NMoE.Learning.Keys;

namespace NMoE.Learning.Gates;

/// <summary>The keys of <see cref="DesGate"/>.</summary>
public sealed record DesKeys
{
    /// <summary>What the shares of those asked sum up to.</summary>
    [Key("[0.001, 1]", """
        What the shares of a sample's experts, by fedgate's gate, sum up to at least: of the sets of experts that reach it, the one is asked that costs both ends the least energy, by what is known of the links
        (docs/related.md). In {range}; near 0 that is the cheapest expert alone, mostly the own one. Where the most relevant experts do not reach it, they are asked.
        """)]
    public double Relevance { get; init; } = 0.6;

    /// <summary>D.</summary>
    [Key("1..16", "Experts asked a sample, at most. {range}.")]
    public int Most { get; init; } = 2;
}

/// <summary>
/// Dynamic expert selection (Qin et al., arXiv 2503.13421): the cheapest set of experts, by the energy of sending, answering and computing at both ends, whose shares of FedGate's gate sum up to enough. Their outputs
/// are weighed by those shares. Nothing is trained beside FedGate.
/// </summary>
public sealed class DesGate : IGate
{
    // A step of the search finds a place in sorted sums and compares a few numbers.
    private const double FlopsPerStep = 8;

    /// <summary>Its name.</summary>
    public const string GateName = "des";

    /// <inheritdoc/>
    public string Name => GateName;

    /// <inheritdoc/>
    public string Title => "DES";

    /// <inheritdoc/>
    public string? Source => FedGate.Stage;

    /// <inheritdoc/>
    public bool SensesLinks => true;

    /// <inheritdoc/>
    public object Settings => new DesKeys();

    /// <inheritdoc/>
    public int Experts(int k, object? keys) => Of(keys).Most;

    /// <inheritdoc/>
    public double Flops(int rows, int experts, object? keys)
    {
        var (most, halvings) = (Of(keys).Most, Math.Log2(experts + 1));
        return rows * (experts * (FlopsPerStep + halvings + most) + (CheapestSet.Steps(experts, most) * (FlopsPerStep + halvings)));
    }

    /// <inheritdoc/>
    public Choices Choose(GateInput samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        var (settings, required, scores) = (samples.Settings, samples.OwnKeys<DesKeys>().Relevance, samples.Scores());
        var rows = new ImmutableArray<(int Expert, double Weight)>[samples.Rows];
        for (var row = 0; row < rows.Length; row++)
        {
            var shares = Choices.Shares(scores.AsSpan(row * settings.Clients, settings.Clients), row);
            var links = samples.Links(row);
            var joules = Array.ConvertAll([.. Enumerable.Range(0, shares.Length)], links.Joules);
            rows[row] = [.. CheapestSet.Of(shares, joules, required, settings.K).Experts.Select(expert => (expert, shares[expert]))];
        }

        return Choices.UpTo(rows, settings.K, samples.OwnExpert);
    }

    private static DesKeys Of(object? keys) => keys as DesKeys ?? new DesKeys();
}
