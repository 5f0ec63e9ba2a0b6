using System.Collections.Immutable;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace NMoE.Reporting.Figures;

/// <summary>How large figures are, and what gates are called in them.</summary>
/// <param name="WidthInches">Width.</param>
/// <param name="HeightInches">Height; null for that of the figure, in proportion to the width.</param>
/// <param name="FontPoints">Size of the titles of axes; ticks, lines and marks follow.</param>
public sealed record FigureLook(double WidthInches, double? HeightInches, double FontPoints)
{
    /// <summary>A column of a paper, 3.5 inches, in type of 8 points.</summary>
    public static FigureLook Standard { get; } = new(3.5, null, 8);

    /// <summary>The gates that are drawn; empty for all.</summary>
    public ImmutableArray<string> Gates { get; init; } = [];

    /// <summary>Other names of gates, by gate.</summary>
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>Whether a gate is drawn.</summary>
    public bool Shows(string gate) => Gates.IsEmpty || Gates.Contains(gate);

    /// <summary>Puts other names in the place of gates' own, in legends, titles and below bars.</summary>
    internal void Relabel(Plot plot)
    {
        if (Labels.IsEmpty)
            return;
        foreach (var item in plot.PlottableList.OfType<IHasLegendText>())
            item.LegendText = Relabelled(item.LegendText);
        plot.Axes.Title.Label.Text = Relabelled(plot.Axes.Title.Label.Text);
        if (plot.Axes.Bottom.TickGenerator is NumericManual { Ticks: var ticks })
            plot.Axes.Bottom.SetTicks([.. ticks.Select(tick => tick.Position)], [.. ticks.Select(tick => Relabelled(tick.Label))]);
    }

    /// <summary>Longer names first: no name is taken for the part of another.</summary>
    private string Relabelled(string text) => Labels.SelectMany(label => new[] { (Own: Names.OfGate(label.Key), label.Value), (Own: Names.UnderBar(label.Key), label.Value) }).OrderByDescending(label => label.Own.Length)
        .Aggregate(text, (before, label) => before.Replace(label.Own, label.Value, StringComparison.Ordinal));
}
