using System.Globalization;
using System.Text;
using NMoE.Federation.Sweeps;
using NMoE.Reporting.Figures;
using NMoE.Simulation;
using SkiaSharp;

namespace NMoE.Reporting.Sweeps;

/// <summary>What of a sweep's names and labels its figures cannot show as they are, told before anything runs. Tables show them all.</summary>
public static class SweepLabels
{
    private const int MostCurves = 8;

    // Of the figure's width, what is left beside its vertical axis and a legend's marks.
    private const float LegendWidth = FigureStyle.Width - 160;
    private const float AxisWidth = FigureStyle.Width - 200;

    /// <summary>A sentence for each kind of trouble; none where the sweep draws nothing.</summary>
    public static IEnumerable<string> Warnings(SweepPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        if (plan.Figure is not { } figure)
            yield break;
        string[] labels = [.. plan.Points.SelectMany(point => plan.LabelsOf(point).AsEnumerable()).Distinct()];
        string[] along = [.. plan.Points.Select(point => plan.LabelsOf(point)[plan.Grid.IndexOf(figure.Axis)]).Distinct()];
        var unknown = labels.Append(figure.Title).Where(text => Missing(text).Length > 0).ToArray();
        if (unknown.Length > 0)
        {
            yield return $"The typeface of figures has no sign for {Listing.Of([.. unknown.SelectMany(Missing).Distinct()])}, in {Listing.Of([.. unknown.Select(text => $"'{text}'")])}: figures show a box there.";
        }

        var wide = labels.Where(label => Width(label) > LegendWidth).ToArray();
        if (wide.Length > 0)
            yield return $"Too long for a figure's legend, which cuts them off: {Listing.Of([.. wide.Select(label => $"'{label}'")])}.";
        if (!SweepAxis.IsNumeric(along) && along.Sum(label => Width(label + "  ")) > AxisWidth)
            yield return FormattableString.Invariant($"The {along.Length} labels of the axis '{figure.Axis}' do not fit beside each other below a figure: they overlap.");
        var curves = plan.Points.Select(point => string.Join('\n', plan.LabelsOf(point).RemoveAt(plan.Grid.IndexOf(figure.Axis)))).Distinct().Count() * figure.Gates.Length;
        if (curves > MostCurves)
            yield return FormattableString.Invariant($"A figure of {curves} curves has as many only by name: colours and marks come round again after {MostCurves}.");
    }

    private static string[] Missing(string text) =>
        [.. text.EnumerateRunes().Where(rune => !IsUnseen(rune) && !FigureFonts.Regular.ContainsGlyph(rune.Value)).Select(Shown).Distinct()];

    private static bool IsUnseen(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.SpaceSeparator;

    private static string Shown(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.OtherNotAssigned
        ? FormattableString.Invariant($"U+{rune.Value:X4}")
        : rune.ToString();

    private static float Width(string text)
    {
        using var font = new SKFont(FigureFonts.Regular, FigureStyle.SmallText);
        return font.MeasureText(text);
    }
}
