using System.Globalization;
using NMoE.Federation.Records;
using ScottPlot;

namespace NMoE.Reporting.Figures;

/// <summary>What links carried over virtual time, a mean over each interval. Clients carry so much less than the aggregator that they have a figure of their own.</summary>
internal static class LinkFigures
{
    private const double BitsPerByte = 8;

    /// <summary>The aggregator's links.</summary>
    public static FigurePlan Aggregator(RunReport report) => Draw(
        report, "links-aggregator", "Aggregator", "What the aggregator's uplink and downlink carried over virtual time.",
        link => link.AggregatorUp, link => link.AggregatorDown);

    /// <summary>The mean client's links.</summary>
    public static FigurePlan Client(RunReport report) => Draw(
        report, "links-client", "Mean over clients", "What a client's uplink and downlink carried over virtual time, mean over all clients.",
        link => link.ClientUp, link => link.ClientDown);

    private static FigurePlan Draw(
        RunReport report, string name, string title, string caption, Func<LinkRecord, double> up, Func<LinkRecord, double> down)
    {
        double Rate(LinkRecord link, Func<LinkRecord, double> bytes) => BitsPerByte * bytes(link) / (link.Until - link.From);
        var time = AxisUnit.OfSeconds(report.Links[^1].Until);
        var (mostUp, mostDown) = (report.Links.Max(link => Rate(link, up)), report.Links.Max(link => Rate(link, down)));
        var rate = AxisUnit.OfBitRates(Math.Max(mostUp, mostDown));
        var plot = FigureStyle.NewPlot(Names.Titled(report, title), $"Virtual time ({time.Symbol})", $"Rate ({rate.Symbol})");
        double[] x = [.. report.Links.SelectMany(link => new[] { link.From / time.Size, link.Until / time.Size })];
        void Add(string legend, Func<LinkRecord, double> bytes, int side, Series series)
        {
            double[] y = [.. report.Links.SelectMany(link => Enumerable.Repeat(side * Rate(link, bytes) / rate.Size, 2))];
            var area = plot.Add.FillY(x, new double[x.Length], y);
            area.FillColor = series.Color;
            area.LineColor = series.Color;
            area.LineWidth = 2;
            area.LegendText = legend;
        }

        // Mirrored, for where both are equal one would hide the other.
        Add("Uplink (above)", up, 1, FigureStyle.Of(1));
        Add("Downlink (below)", down, -1, FigureStyle.Of(0));
        var zero = plot.Add.HorizontalLine(0);
        zero.Color = FigureStyle.Ink;
        zero.LineWidth = 1.5f;
        plot.Axes.Left.TickGenerator = new ScottPlot.TickGenerators.NumericAutomatic
        {
            TickDensity = 0.6,
            LabelFormatter = value => Math.Abs(value).ToString("0.###", CultureInfo.InvariantCulture),
        };
        var room = 1.06 / rate.Size * Math.Max(1, Math.Max(mostUp, mostDown));
        plot.Axes.SetLimits(0, x[^1], mostDown > 0 ? -room : -0.05 * room, mostUp > 0 ? room : 0.05 * room);
        plot.ShowLegend(Edge.Bottom);
        plot.Legend.Orientation = Orientation.Horizontal;
        return new FigurePlan(name, caption, plot);
    }
}
