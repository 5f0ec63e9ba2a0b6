using System.Collections.Immutable;
using NMoE.Federation.Records;
using NMoE.Learning.Gates;

namespace NMoE.Reporting.Figures;

/// <summary>What gates, test sets and stages are called in figures and tables.</summary>
internal static class Names
{
    private static readonly ImmutableArray<string> s_baselines = ["centralised-moe", "local-classifier", "fedavg-classifier", "one-shot-classifier"];

    /// <summary>The time of a run's records: by the clock on the wall in a live run.</summary>
    public static string OfTime(RunReport report) => report.Clock == RunReport.WallClock ? "Wall-clock time" : "Virtual time";

    /// <summary>What stands behind the title of what was rehearsed.</summary>
    public const string RehearsedEnding = " (rehearsed)";

    /// <summary>What a reader should know of a rehearsed run.</summary>
    public const string Rehearsed = "Rehearsed: nothing was learned. Times, bytes, energy and failures are those of a run; there are no losses and no accuracies, and whom samples went to was drawn.";

    /// <summary>A figure's title, which says where nothing was learned.</summary>
    public static string Titled(RunReport report, string title) => report.TimesAlone ? title.Length == 0 ? "Rehearsed" : title + RehearsedEnding : title;

    /// <summary>A gate as the paper writes it; an unknown one as it is.</summary>
    public static string OfGate(string gate) => gate switch
    {
        TargetRecord.GlobalModel => "Global model",
        Global => "GlobalGate",
        "centralised-moe" => "Centralised MoE",
        "local-classifier" => "Local classifier",
        "fedavg-classifier" => "FedAvg of the classifier",
        "one-shot-classifier" => "One-shot average",
        BestExpert => "Best single expert",
        Specialist => "Specialist of the class",
        Oracle => "OracleGate",
        _ => Gates.All.FirstOrDefault(known => known.Name == gate)?.Title ?? gate,
    };

    /// <summary>A gate under a bar, where a long name has two narrow lines.</summary>
    public static string UnderBar(string gate) => gate switch
    {
        BestExpert => "Best\nsingle",
        Specialist => "Specialist\nof class",
        "centralised-moe" => "Central\nMoE",
        "local-classifier" => "Local\nmodel",
        "fedavg-classifier" => "FedAvg\nmodel",
        "one-shot-classifier" => "One-shot\naverage",
        _ => OfGate(gate),
    };

    /// <summary>What a pass's row is called: its gate, and how a baseline was trained where that is not what its name says.</summary>
    public static string OfPass(PassRecord pass) => pass.Note is { } note ? $"{OfGate(pass.Gate)} ({note})" : OfGate(pass.Gate);

    /// <summary>A difference of shares in percentage points, with its sign; rounded as percentages are.</summary>
    public static string Points(double share)
    {
        var text = (100 * share).ToString("F2", System.Globalization.CultureInfo.InvariantCulture);
        return text == "-0.00" ? "0.00" : share > 0 && text != "0.00" ? "+" + text : text;
    }

    /// <summary>What follows an AUC that is no mean over all classes.</summary>
    public static string Skipped(int classes) => classes > 0 ? FormattableString.Invariant($" ({classes} skipped)") : string.Empty;

    /// <summary>The trained shared gate.</summary>
    public const string FedGate = "fedgate";

    /// <summary>The gate that was trained on all clients' data together.</summary>
    public const string Global = "globalgate";

    /// <summary>The one expert that is best for all samples together.</summary>
    public const string BestExpert = "best-expert";

    /// <summary>For each class the expert whose client has the largest share of it.</summary>
    public const string Specialist = "specialist";

    /// <summary>The best expert for each sample.</summary>
    public const string Oracle = "oraclegate";

    /// <summary>Whether something stands outside the network, as what the gates are compared with.</summary>
    public static bool IsReference(string gate) =>
        gate is Global or BestExpert or Specialist or Oracle || IsBaseline(gate);

    /// <summary>Whether something was trained in another way, to compare with.</summary>
    public static bool IsBaseline(string gate) => s_baselines.Contains(gate);

    /// <summary>A test set.</summary>
    public static string OfTest(string test) => test switch
    {
        "iid" => "IID test set",
        "same" => "test set as trained",
        _ => test + " test set",
    };

    /// <summary>A stage.</summary>
    public static string OfStage(string stage) => stage switch
    {
        "extractor" => "Extractor",
        "expert" => "Experts",
        "gate" => "Gate",
        _ => OfGate(stage),
    };

    /// <summary>Colour and marker of a gate, by its place among those that are registered: the same in every figure, whatever stands beside it.</summary>
    public static Series SeriesOfGate(string gate) => IsReference(gate)
        ? new(IsBaseline(gate) ? FigureStyle.OfBaseline(s_baselines.IndexOf(gate)) : FigureStyle.Ink, ScottPlot.MarkerShape.OpenSquare)
        : FigureStyle.Of(Math.Max(0, Gates.All.Select(known => known.Name).ToImmutableArray().IndexOf(gate)));
}
