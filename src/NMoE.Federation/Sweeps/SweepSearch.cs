using System.Collections.Immutable;
using System.Globalization;
using NMoE.Chance;
using NMoE.Federation.Configuration;
using NMoE.Federation.Settings;

namespace NMoE.Federation.Sweeps;

/// <summary>
/// Which of a sweep's combinations run, and how far: <c>sweep.search = grid</c> (all, to the end), <c>random N</c> (N that are drawn), <c>halving</c>, or <c>[random N, halving]</c>. Combinations are those of
/// labels but for the axis of repeats, whose experiments belong together.
/// </summary>
internal static class SweepSearch
{
    /// <summary>The key within the section.</summary>
    public const string Name = "search";

    /// <summary>The section of what halving asks.</summary>
    public const string HalvingSection = "halving";

    private const string Grid = "grid";
    private const string Random = "random";
    private const string HalvingWord = "halving";
    private const string Right = "Write grid, random N, halving or [random N, halving]";
    private const uint Purpose = 0x5357_0001;
    private const int UsualEta = 4;
    private const int MostEta = 1000;
    private const int MostRounds = 100_000;

    /// <summary>The experiments that are drawn, in the order of all; all of them where none are drawn.</summary>
    /// <param name="sweep">The section.</param>
    /// <param name="all">All experiments.</param>
    /// <param name="cellOf">What an experiment has in common with its repeats.</param>
    /// <exception cref="ConfigurationException">The key cannot be read, or fewer combinations are there.</exception>
    public static ImmutableArray<SweepPoint> Drawn(ImmutableArray<Setting> sweep, ImmutableArray<SweepPoint> all, Func<SweepPoint, string> cellOf)
    {
        if (Words(sweep).Select(word => word.Split(' ', StringSplitOptions.RemoveEmptyEntries)).FirstOrDefault(word => word[0] == Random) is not { } random)
            return all;
        var cells = all.Select(cellOf).Distinct().ToArray();
        if (random is not [_, var written] || Whole(written, 1, int.MaxValue) is not { } count || count >= cells.Length)
        {
            throw Refusal(sweep, FormattableString.Invariant($"'{string.Join(' ', random)}' draws no part of {cells.Length} combinations"), "Write random and fewer than there are, as in random 8; grid runs all");
        }

        var draws = new Draws(Seeds.Of(all[0].Configuration.Settings).Key("sweep-search"), Purpose, 0);
        var drawn = draws.Permutation(cells.Length).Take(count).Select(place => cells[place]).ToImmutableSortedSet(StringComparer.Ordinal);
        return [.. all.Where(point => drawn.Contains(cellOf(point)))];
    }

    /// <summary>How halving goes; null where it is not asked for.</summary>
    /// <param name="sweep">The section.</param>
    /// <param name="points">The experiments.</param>
    /// <exception cref="ConfigurationException">A key cannot be read, or nothing can be compared.</exception>
    public static SweepHalving? Halving(ImmutableArray<Setting> sweep, ImmutableArray<SweepPoint> points)
    {
        var eta = Whole(sweep, "eta", 2, MostEta) ?? UsualEta;
        var first = Whole(sweep, "first-round", 1, MostRounds);
        var measure = sweep.LastOrDefault(setting => setting.Path is [_, HalvingSection, "measure"]) is not { } written ? HalvingMeasure.Accuracy
            : written.Value is RawValue.Scalar { Text: "accuracy" } ? HalvingMeasure.Accuracy
            : written.Value is RawValue.Scalar { Text: "loss" } ? HalvingMeasure.Loss
            : throw new ConfigurationException(written.Origin, written.Key, $"{written.Value} is nothing that experiments are compared by", "Write accuracy (of stage 1's global model) or loss (of its training)");
        if (!Words(sweep).Contains(HalvingWord))
            return null;
        int[] rounds = [.. points.Select(point => point.Configuration.Settings.Extractor.Rounds).Distinct().Order()];
        if (rounds.Length > 1)
            throw Refusal(sweep, FormattableString.Invariant($"experiments are stopped early on their way to equal rounds, and extractor.rounds is {rounds[0]} and {rounds[^1]}"), "Give all the same, or write grid");
        return first >= rounds[0]
            ? throw Refusal(sweep, FormattableString.Invariant($"sweep.halving.first-round is {first}, and stage 1 has {rounds[0]} rounds"), "Write fewer")
            : new(measure, eta, first, rounds[0]);
    }

    /// <summary>The words of the key, checked; none where it is not written.</summary>
    private static ImmutableArray<string> Words(ImmutableArray<Setting> sweep)
    {
        ImmutableArray<string> words = Written(sweep)?.Value switch
        {
            null => [Grid],
            RawValue.Scalar scalar => [scalar.Text],
            RawValue.Items items => items.Texts,
            _ => [],
        };
        var isKnown = words.Length is 1 or 2 && words.All(word => word is Grid or HalvingWord || word.StartsWith(Random + " ", StringComparison.Ordinal))
            && (words.Length == 1 || words is [not (Grid or HalvingWord), HalvingWord]);
        return isKnown ? words : throw Refusal(sweep, $"{Written(sweep)!.Value} is no search", Right);
    }

    private static Setting? Written(ImmutableArray<Setting> sweep) => sweep.LastOrDefault(setting => setting.Path is [_, Name]);

    private static int? Whole(ImmutableArray<Setting> sweep, string name, int least, int most) => sweep.LastOrDefault(setting => setting.Path is [_, HalvingSection, var key] && key == name) is not { } written ? null
        : written.Value is RawValue.Scalar scalar && Whole(scalar.Text, least, most) is { } number ? number
        : throw new ConfigurationException(written.Origin, written.Key, $"{written.Value} is not possible", FormattableString.Invariant($"Write a whole number in {least}..{most}"));

    private static int? Whole(string text, int least, int most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number : null;

    private static ConfigurationException Refusal(ImmutableArray<Setting> sweep, string problem, string remedy) => new(Written(sweep)!.Origin, $"{ExperimentReader.SweepSection}.{Name}", problem, remedy);
}
