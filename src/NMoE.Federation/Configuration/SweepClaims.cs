using System.Collections.Immutable;
using NMoE.Federation.Sweeps;

namespace NMoE.Federation.Configuration;

/// <summary>What a sweep looks for, and what it draws.</summary>
internal static class SweepClaims
{
    public static ImmutableArray<OrderingClaim> Read(ImmutableArray<Setting> sweep) =>
        sweep.LastOrDefault(setting => setting.Path is [_, "claims"]) is not { } written ? []
        : written.Value is RawValue.Items items ? [.. items.Texts.Select(text => Claim(written, text))]
        : throw new ConfigurationException(written.Origin, written.Key, $"{written.Value} is not a list", "Write [\"fedgate > rangate\"]");

    public static SweepFigure? Figure(ImmutableArray<Setting> sweep, ImmutableArray<string> axes)
    {
        var written = sweep.Where(setting => setting.Path[1] == "figure").ToImmutableArray();
        if (written.IsEmpty)
            return null;
        if (Last(written, "axis") is not { Value: RawValue.Scalar axis } setting || !axes.Contains(axis.Text))
        {
            throw new ConfigurationException(
                written[^1].Origin, "sweep.figure.axis", "a figure needs an axis of the sweep", $"Write one of {string.Join(", ", axes)}");
        }

        return new SweepFigure(
            axis.Text,
            Last(written, "title")?.Value is RawValue.Scalar title ? title.Text : axis.Text,
            Last(written, "gates")?.Value is RawValue.Items gates ? gates.Texts : ["fedgate"],
            Last(written, "draw") is { } draw ? Drawings(draw) : [SweepDrawing.Accuracy]);
    }

    private static ImmutableArray<SweepDrawing> Drawings(Setting written)
    {
        var names = Enum.GetValues<SweepDrawing>().ToDictionary(drawing => drawing.ToString().ToLowerInvariant(), StringComparer.Ordinal);
        return written.Value is RawValue.Items { Texts.Length: > 0 } items && items.Texts.All(names.ContainsKey)
            ? [.. items.Texts.Distinct().Select(text => names[text])]
            : throw new ConfigurationException(
                written.Origin, written.Key, $"{written.Value} is no list of figures", $"Write some of [{string.Join(", ", names.Keys)}]");
    }

    private static Setting? Last(ImmutableArray<Setting> written, string name) => written.LastOrDefault(setting => setting.Path[2] == name);

    private static OrderingClaim Claim(Setting written, string text)
    {
        var sides = text.Split('>', StringSplitOptions.TrimEntries);
        return sides.Length == 2 && sides.All(side => side.Length > 0)
            ? new OrderingClaim(sides[0], sides[1])
            : throw new ConfigurationException(written.Origin, written.Key, $"'{text}' is not an ordering", "Write FIRST > SECOND, of two gates or of two labels of an axis");
    }
}
