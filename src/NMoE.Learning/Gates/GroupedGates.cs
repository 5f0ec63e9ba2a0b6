using System.Collections.Immutable;
using NMoE.Learning.Keys;

namespace NMoE.Learning.Gates;

/// <summary>Experts in consecutive groups of the same size, or of sizes that differ by one.</summary>
internal static class ExpertGroups
{
    /// <summary>The first expert of each group, and after the last group the number of experts.</summary>
    /// <param name="experts">n.</param>
    /// <param name="groups">How many; no more than there are experts.</param>
    public static int[] Firsts(int experts, int groups)
    {
        var count = Math.Min(experts, groups);
        return [.. Enumerable.Range(0, count + 1).Select(group => (int)((long)group * experts / count))];
    }
}

/// <summary>The keys of <see cref="KTop1Gate"/>.</summary>
public sealed record KTop1Keys
{
    /// <summary>How many groups.</summary>
    [Key("1..16", "Groups of consecutive experts: a sample asks the best expert of each by fedgate's gate, so that this is the number of experts a sample (docs/related.md). {range}; no more than there are experts count.")]
    public int Groups { get; init; } = 2;
}

/// <summary>kTop1 (HetuMoE, arXiv 2203.14685): of each group of experts the one with the highest score, weighed by its share of the group.</summary>
public sealed class KTop1Gate : IGate
{
    /// <summary>Its name.</summary>
    public const string GateName = "ktop1";

    /// <inheritdoc/>
    public string Name => GateName;

    /// <inheritdoc/>
    public string Title => "kTop1";

    /// <inheritdoc/>
    public string? Source => FedGate.Stage;

    /// <inheritdoc/>
    public object Settings => new KTop1Keys();

    /// <inheritdoc/>
    public int Experts(int k, object? keys) => (keys as KTop1Keys ?? new KTop1Keys()).Groups;

    /// <inheritdoc/>
    public Choices Choose(GateInput samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        var (settings, scores) = (samples.Settings, samples.Scores());
        return Choices.UpTo(
            [.. Enumerable.Range(0, samples.Rows).Select(row => Best(scores.AsSpan(row * settings.Clients, settings.Clients), settings.K, row))], settings.K, samples.OwnExpert);
    }

    /// <summary>The best expert of each group in which there is one, and its share of the group: those shares sum up to the number of groups at most, and not to 1.</summary>
    /// <param name="scores">s, [n]; minus infinity for experts that may not be chosen.</param>
    /// <param name="groups">How many.</param>
    /// <param name="row">Which row it is, for the message.</param>
    internal static ImmutableArray<(int Expert, double Share)> Best(ReadOnlySpan<float> scores, int groups, int row)
    {
        var (best, firsts) = (ImmutableArray.CreateBuilder<(int, double)>(), ExpertGroups.Firsts(scores.Length, groups));
        for (var group = 0; group + 1 < firsts.Length; group++)
        {
            var of = scores[firsts[group]..firsts[group + 1]];
            if (of.ContainsAnyExcept(float.NegativeInfinity))
            {
                var shares = Choices.Shares(of, row);
                var place = Array.IndexOf(shares, shares.Max());
                best.Add((firsts[group] + place, shares[place]));
            }
        }

        return best.DrainToImmutable();
    }
}

/// <summary>The keys of <see cref="SamGate"/>.</summary>
public sealed record SamKeys
{
    /// <summary>How many groups.</summary>
    [Key("1..4096", "Groups of consecutive experts: a sample asks inference.k experts of the one group whose shares by fedgate's gate sum up to most, or all of a smaller group (docs/related.md). {range}; no more than there are experts count.")]
    public int Groups { get; init; } = 2;
}

/// <summary>SAM, switch and mixture (HetuMoE, arXiv 2203.14685): the group of experts with the largest sum of shares, and its k best, weighed by their shares of all. All of a sample's experts are in one place, where groups are.</summary>
public sealed class SamGate : IGate
{
    /// <summary>Its name.</summary>
    public const string GateName = "sam";

    /// <inheritdoc/>
    public string Name => GateName;

    /// <inheritdoc/>
    public string Title => "SAM";

    /// <inheritdoc/>
    public string? Source => FedGate.Stage;

    /// <inheritdoc/>
    public object Settings => new SamKeys();

    /// <inheritdoc/>
    public Choices Choose(GateInput samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        var (settings, scores, groups) = (samples.Settings, samples.Scores(), samples.OwnKeys<SamKeys>().Groups);
        return Choices.UpTo(
            [.. Enumerable.Range(0, samples.Rows).Select(row => Best(Choices.Shares(scores.AsSpan(row * settings.Clients, settings.Clients), row), groups, settings.K))], settings.K, samples.OwnExpert);
    }

    /// <summary>The sum of the shares of each group.</summary>
    /// <param name="shares">p, [n].</param>
    /// <param name="groups">How many groups.</param>
    internal static double[] Sums(double[] shares, int groups)
    {
        var firsts = ExpertGroups.Firsts(shares.Length, groups);
        return [.. Enumerable.Range(0, firsts.Length - 1).Select(group => shares[firsts[group]..firsts[group + 1]].Sum())];
    }

    /// <summary>The k best experts of the group with the largest sum, ties to the lowest number, and their shares of all; fewer where the group has fewer.</summary>
    /// <param name="shares">p, [n]; 0 for experts that may not be chosen.</param>
    /// <param name="groups">How many groups.</param>
    /// <param name="k">k.</param>
    internal static ImmutableArray<(int Expert, double Share)> Best(double[] shares, int groups, int k)
    {
        var (sums, firsts) = (Sums(shares, groups), ExpertGroups.Firsts(shares.Length, groups));
        var group = Array.IndexOf(sums, sums.Max());
        return [.. Enumerable.Range(firsts[group], firsts[group + 1] - firsts[group]).Where(expert => shares[expert] > 0)
            .OrderByDescending(expert => shares[expert]).ThenBy(expert => expert).Take(k).Select(expert => (expert, shares[expert]))];
    }
}
