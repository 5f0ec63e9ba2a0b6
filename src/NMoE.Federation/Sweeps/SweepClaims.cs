using System.Collections.Immutable;
using NMoE.Federation.Configuration;

namespace NMoE.Federation.Sweeps;

/// <summary>What a sweep looks for, and what it draws.</summary>
internal static class SweepClaims
{
    /// <summary>The orderings.</summary>
    /// <param name="sweep">The section.</param>
    /// <param name="grid">The axes that are no repeats.</param>
    /// <exception cref="ConfigurationException">One is not an ordering, or names what is not there.</exception>
    public static ImmutableArray<OrderingClaim> Read(ImmutableArray<Setting> sweep, ImmutableArray<SweepAxis> grid) =>
        sweep.LastOrDefault(setting => setting.Path is [_, "claims"]) is not { } written ? []
        : [.. Names(written, "[\"fedgate > rangate\"]").Select(text => Claim(written, text, grid))];

    /// <summary>The figure; null where none is asked for.</summary>
    /// <param name="sweep">The section.</param>
    /// <param name="grid">The axes that are no repeats.</param>
    /// <param name="served">The gates that serve, which are drawn where none are named.</param>
    /// <exception cref="ConfigurationException">Its axis or one of its gates is not there, or a size is out of range.</exception>
    public static SweepFigure? Figure(ImmutableArray<Setting> sweep, ImmutableArray<SweepAxis> grid, ImmutableArray<string> served)
    {
        var written = sweep.Where(setting => setting.Path[1] == "figure").ToImmutableArray();
        if (written.IsEmpty)
            return null;
        if (Last(written, "axis") is not { Value: RawValue.Scalar axis } || grid.All(known => known.Name != axis.Text))
        {
            throw new ConfigurationException(
                (Last(written, "axis") ?? written[^1]).Origin, "sweep.figure.axis", "a figure needs an axis of the sweep that is no repeat",
                $"Write one of {string.Join(", ", grid.Select(known => known.Name))}");
        }

        var gates = Last(written, "gates") is { } list ? Names(list, "[fedgate]") : served;
        if (gates.FirstOrDefault(gate => !SweepNames.Answerers.Contains(gate)) is { } unknown)
        {
            throw new ConfigurationException(
                Last(written, "gates")!.Origin, "sweep.figure.gates", $"'{unknown}' is not a gate, reference or baseline",
                SweepNames.Remedy(unknown, SweepNames.Answerers));
        }

        return new SweepFigure(axis.Text, Last(written, "title")?.Value is RawValue.Scalar title ? title.Text : axis.Text, gates, Last(written, "draw") is { } draw ? Drawings(draw) : [SweepDrawing.Accuracy])
        {
            WidthMetres = Number(written, "width", FigureKeys.Size),
            HeightMetres = Number(written, "height", FigureKeys.Size),
            FontPoints = Number(written, "font-size", FigureKeys.Points),
            Labels = written.Where(setting => setting.Path[2] == "labels").ToImmutableSortedDictionary(Labelled, Label, StringComparer.Ordinal),
        };
    }

    private static double? Number(ImmutableArray<Setting> written, string name, Format<double> format) => Last(written, name) is not { } setting ? null
        : format.Read(setting.Value) is { Problem: null, Value: var value } ? value
        : throw new ConfigurationException(setting.Origin, setting.Key, format.Read(setting.Value).Problem!, $"Write {format.Legal}");

    private static string Labelled(Setting written) => SweepNames.Answerers.Contains(written.Path[3]) ? written.Path[3]
        : throw new ConfigurationException(written.Origin, written.Key, $"'{written.Path[3]}' is not a gate, reference or baseline", SweepNames.Remedy(written.Path[3], SweepNames.Answerers));

    private static string Label(Setting written) => written.Value is RawValue.Scalar label ? label.Text
        : throw new ConfigurationException(written.Origin, written.Key, $"{written.Value} is not a single value", "Write what the gate is called in the figures");

    private static ImmutableArray<SweepDrawing> Drawings(Setting written)
    {
        var names = Enum.GetValues<SweepDrawing>().ToDictionary(drawing => drawing.ToString().ToLowerInvariant(), StringComparer.Ordinal);
        return written.Value is RawValue.Items { Texts.Length: > 0 } items && items.Texts.All(names.ContainsKey)
            ? [.. items.Texts.Distinct().Select(text => names[text])]
            : throw new ConfigurationException(
                written.Origin, written.Key, $"{written.Value} is no list of figures", $"Write some of [{string.Join(", ", names.Keys)}]");
    }

    private static Setting? Last(ImmutableArray<Setting> written, string name) => written.LastOrDefault(setting => setting.Path[2] == name);

    private static ImmutableArray<string> Names(Setting written, string example) => written.Value is RawValue.Items items
        ? items.Texts
        : throw new ConfigurationException(written.Origin, written.Key, $"{written.Value} is not a list", $"Write {example}");

    private static OrderingClaim Claim(Setting written, string text, ImmutableArray<SweepAxis> grid)
    {
        const string form = "Write FIRST > SECOND, of two gates, references or baselines, or of two labels of one axis";
        var sides = text.Split('>', StringSplitOptions.TrimEntries);
        if (sides.Length != 2 || sides.Any(side => side.Length == 0))
            throw new ConfigurationException(written.Origin, written.Key, $"'{text}' is not an ordering", form);
        ImmutableArray<IEnumerable<string>> kinds = [SweepNames.Answerers, .. grid.Select(axis => axis.Names)];
        if (kinds.Any(names => sides.All(names.Contains)))
            return new OrderingClaim(sides[0], sides[1]);
        var known = kinds.SelectMany(names => names).ToArray();
        throw sides.FirstOrDefault(side => !known.Contains(side)) is { } unknown
            ? new ConfigurationException(
                written.Origin, written.Key, $"'{unknown}' is neither a gate, reference or baseline nor a label of an axis", SweepNames.Remedy(unknown, known))
            : new ConfigurationException(written.Origin, written.Key, $"'{sides[0]}' and '{sides[1]}' cannot be compared", form);
    }
}
