using System.Collections.Immutable;
using NMoE.Learning.Keys;

namespace NMoE.Learning.Gates;

/// <summary>The keys of <see cref="WdmoeGate"/>.</summary>
public sealed record WdmoeKeys
{
    /// <summary>Below which part of the best ratio an expert is left out.</summary>
    [Key("[0, 1]", """
        Of fedgate's best experts those are asked whose share over the time that they take, by what is known of the links, is at least this part of the greatest such ratio among them. In {range}: at 0 all of them
        are asked, at 1 the one with the greatest ratio alone.
        """)]
    public double Threshold { get; init; } = 0.3;

    /// <summary>How many of the gate's best are looked at.</summary>
    [Key("1..16", "How many of fedgate's best experts that are. {range}.")]
    public int Most { get; init; } = 2;
}

/// <summary>
/// Weight over latency (WDMoE, arXiv 2411.06681): of FedGate's best experts those that are worth the wait, by the ratio of their share to the time of a sample with them. They are weighed as FedGate weighs them.
/// </summary>
public sealed class WdmoeGate : IGate
{
    /// <summary>Its name.</summary>
    public const string GateName = "wdmoe";

    /// <inheritdoc/>
    public string Name => GateName;

    /// <inheritdoc/>
    public string Title => "WDMoE";

    /// <inheritdoc/>
    public string? Source => FedGate.Stage;

    /// <inheritdoc/>
    public bool SensesLinks => true;

    /// <inheritdoc/>
    public object Settings => new WdmoeKeys();

    /// <inheritdoc/>
    public int Experts(int k, object? keys) => (keys as WdmoeKeys ?? new WdmoeKeys()).Most;

    /// <inheritdoc/>
    public double Flops(int rows, int experts, object? keys) => 4.0 * rows * Math.Min(experts, Experts(0, keys));

    /// <inheritdoc/>
    public Choices Choose(GateInput samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        var (settings, threshold, scores) = (samples.Settings, samples.OwnKeys<WdmoeKeys>().Threshold, samples.Scores());
        var best = Choices.TopK(scores, settings.Clients, settings.K);
        var rows = new ImmutableArray<(int Expert, double Weight)>[samples.Rows];
        for (var row = 0; row < rows.Length; row++)
        {
            var links = samples.Links(row);
            var candidates = Enumerable.Range(row * settings.K, settings.K)
                .Select(slot => (Expert: best.Experts[slot], Weight: (double)best.Weights[slot], Ratio: best.Weights[slot] / links.Seconds(best.Experts[slot]))).ToArray();
            var least = threshold * candidates.Max(candidate => candidate.Ratio);
            rows[row] = [.. candidates.Where(candidate => candidate.Ratio >= least).Select(candidate => (candidate.Expert, candidate.Weight))];
        }

        return Choices.UpTo(rows, settings.K, samples.OwnExpert);
    }
}
