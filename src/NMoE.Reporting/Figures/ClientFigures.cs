using System.Collections.Immutable;
using NMoE.Federation.Records;
using ScottPlot;

namespace NMoE.Reporting.Figures;

/// <summary>What each client has, and what gates reach on its pictures.</summary>
internal static class ClientFigures
{
    /// <summary>Beyond so many clients a row is a hair, and a mark hides its neighbour.</summary>
    private const int MostClients = 100;

    private const double Dodge = 0.12;

    /// <summary>Whether there are accuracies of few enough clients.</summary>
    public static bool HasAccuracies(RunReport report) => report.Clients.Any(client => !Names.IsReference(client.Gate)) && report.Clients.Max(client => client.Client) < MostClients;

    /// <summary>The training pictures' classes by client; null where they are not told, or of too many clients.</summary>
    public static FigurePlan? Classes(RunReport report)
    {
        if (report.Dealt.FirstOrDefault(dealt => dealt.Set == DealtRecord.Training) is not { Classes: { Length: > 0 and <= MostClients } classes } dealt)
            return null;
        ImmutableArray<ImmutableArray<double>> shares = [.. classes.Select(client => client.Select(pictures => pictures / (double)Math.Max(1, client.Sum())).ToImmutableArray())];
        return new(
            "classes-clients", $"Share of each class among each client's training pictures ({dealt.Partition}).",
            ShareHeatMap.Draw(shares, new(dealt.Partition, "Client", "Share of the client's training pictures") { Columns = "Class (label)" }), ShareHeatMap.Height);
    }

    /// <summary>A mark for each client and gate, on each test set: what a mean over clients hides.</summary>
    public static IEnumerable<FigurePlan> Accuracies(RunReport report) =>
        report.Clients.Where(client => !Names.IsReference(client.Gate)).GroupBy(client => client.Test).Select(test => OfTest(test.Key, [.. test]));

    private static FigurePlan OfTest(string test, ImmutableArray<ClientAccuracyRecord> clients)
    {
        var plot = FigureStyle.NewPlot("", "Client", "Accuracy (%)");
        var gates = clients.Select(client => client.Gate).Distinct().ToArray();
        var count = 1 + clients.Max(client => client.Client);
        for (var k = 0; k < gates.Length; k++)
        {
            var own = clients.Where(client => client.Gate == gates[k]).ToArray();
            var series = Names.SeriesOfGate(gates[k]);
            var marks = plot.Add.ScatterPoints(own.Select(client => client.Client + ((k - ((gates.Length - 1) / 2.0)) * Dodge)).ToArray(), own.Select(client => 100 * client.Accuracy).ToArray());
            (marks.Color, marks.MarkerShape, marks.MarkerSize, marks.MarkerLineWidth, marks.LegendText) = (series.Color, series.Marker, count > 30 ? 12 : 20, 4, Names.OfGate(gates[k]));
        }

        FigureStyle.SetWholeTicks(plot, 0, count - 1);
        plot.Axes.Margins(0.06, 0.1);
        plot.ShowLegend(Edge.Bottom);
        plot.Legend.Orientation = Orientation.Horizontal;
        return new FigurePlan($"accuracy-clients-{test}", $"Accuracy of each gate on each client's pictures, {Names.OfTest(test)}.", plot);
    }
}
