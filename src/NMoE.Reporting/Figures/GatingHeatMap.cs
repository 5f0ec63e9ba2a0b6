using System.Collections.Immutable;
using System.Globalization;
using NMoE.Federation.Records;

namespace NMoE.Reporting.Figures;

/// <summary>Where samples went with one gate on one test set: those of each client, the paper's Fig. 3, or of each true class. A row sums to 1 however many experts answer a sample.</summary>
internal static class GatingHeatMap
{
    /// <summary>Beyond this many clients a cell is smaller than a pixel.</summary>
    private const int MostClients = 500;

    /// <summary>Whether a pass says where each client's samples went, and there are few enough clients to see it.</summary>
    public static bool Has(PassRecord pass) => !pass.Routing.IsDefaultOrEmpty || pass.PeerRouting is { Length: <= MostClients };

    /// <summary>A row for each client, a column for each expert, both by the client's number; what a client may not ask stays empty.</summary>
    /// <param name="pass">A pass that <see cref="Has"/> such a map.</param>
    public static FigurePlan ByClient(PassRecord pass) => new FigurePlan(
        $"gating-{pass.Gate}-{pass.Test}",
        $"{Names.OfGate(pass.Gate)} on the {Names.OfTest(pass.Test)}: of the answers to each client's samples, the share that each expert gave.{(pass.PeerRouting is null ? "" : " A client's row has colours for the experts that it may ask.")}",
        ShareHeatMap.Draw(pass.PeerRouting is { } peers ? Square(peers) : pass.Routing, new(ClientTitle(pass), "Client", "Share of the answers to the client")), ShareHeatMap.Height);

    /// <summary>A row for each true class, by its label, a column for each expert, by its client: experts chosen by what is seen have classes of their own.</summary>
    /// <param name="pass">A pass with <see cref="PassRecord.ClassRouting"/>.</param>
    public static FigurePlan ByClass(PassRecord pass) => new FigurePlan(
        $"class-routing-{pass.Gate}-{pass.Test}",
        $"{Names.OfGate(pass.Gate)} on the {Names.OfTest(pass.Test)}: of the gate's choices for samples of each true class, the share of each expert.",
        ShareHeatMap.Draw(pass.ClassRouting!.Value, new(ClassTitle(pass), "True class (label)", "Share of the choices")), ShareHeatMap.Height);

    private static ImmutableArray<ImmutableArray<double>> Square(ImmutableArray<ImmutableArray<PeerShare>> peers) =>
    [
        .. peers.Select(row =>
        {
            var shares = Enumerable.Repeat(double.NaN, peers.Length).ToArray();
            foreach (var share in row)
                shares[share.Expert] = share.Share;
            return shares.ToImmutableArray();
        }),
    ];

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
