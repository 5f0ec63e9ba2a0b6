using System.Globalization;
using NMoE.Federation.Records;

namespace NMoE.Reporting.Figures;

/// <summary>Where samples went with one gate on one test set: those of each client, the paper's Fig. 3, or of each true class.</summary>
internal static class GatingHeatMap
{
    /// <summary>A row for each client, a column for each expert, both by the client's number.</summary>
    /// <param name="pass">A pass with a routing matrix.</param>
    public static FigurePlan ByClient(PassRecord pass) => new FigurePlan(
        $"gating-{pass.Gate}-{pass.Test}",
        $"{Names.OfGate(pass.Gate)} on the {Names.OfTest(pass.Test)}: share of each client's samples that each expert answered.",
        ShareHeatMap.Draw(pass.Routing, new(ClientTitle(pass), "Client", "Share of the client's samples")), ShareHeatMap.Height);

    /// <summary>A row for each true class, by its label, a column for each expert, by its client: experts chosen by what is seen have classes of their own.</summary>
    /// <param name="pass">A pass with <see cref="PassRecord.ClassRouting"/>.</param>
    public static FigurePlan ByClass(PassRecord pass) => new FigurePlan(
        $"class-routing-{pass.Gate}-{pass.Test}",
        $"{Names.OfGate(pass.Gate)} on the {Names.OfTest(pass.Test)}: share of each true class's samples for which the gate chose each expert.",
        ShareHeatMap.Draw(pass.ClassRouting!.Value, new(ClassTitle(pass), "True class (label)", "Share of the class's samples")), ShareHeatMap.Height);

    private static string ClientTitle(PassRecord pass)
    {
        var figures = string.Create(CultureInfo.InvariantCulture, $"accuracy {100 * pass.Accuracy:F1} %");
        if (pass.MacroF1 is { } f1)
            figures = string.Create(CultureInfo.InvariantCulture, $"{figures}, F1 {100 * f1:F1} %");
        if (pass.LocalRatio is { } ratio)
            figures = string.Create(CultureInfo.InvariantCulture, $"local ratio {100 * ratio:F1} %, {figures}");
        return $"{Names.OfGate(pass.Gate)}, {Names.OfTest(pass.Test)}\n{figures}";
    }

    private static string ClassTitle(PassRecord pass) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Names.OfGate(pass.Gate)}, {Names.OfTest(pass.Test)}: experts by true class\nmutual information {pass.MutualInformation:F2} bits, accuracy {100 * pass.Accuracy:F1} %");
}
