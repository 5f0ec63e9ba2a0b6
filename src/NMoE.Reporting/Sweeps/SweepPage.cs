using System.Collections.Immutable;
using System.Globalization;
using NMoE.Federation.Records;
using NMoE.Federation.Sweeps;
using NMoE.Reporting.Figures;
using NMoE.Reporting.Files;
using NMoE.Reporting.Pages;
using NMoE.Reporting.Records;
using NMoE.Reporting.Runs;
using NMoE.Reporting.Tables;

namespace NMoE.Reporting.Sweeps;

/// <summary>A sweep on one page: what was swept, its experiments with links to their own pages, all tables and figures. The machine and the hour are not shown, so that equal sweeps have equal pages.</summary>
internal static class SweepPage
{
    private const string None = "-";

    /// <summary>The page.</summary>
    /// <param name="result">The sweep, as far as it has come.</param>
    /// <param name="files">Files beside the page.</param>
    /// <param name="figures">Its figures, inlined.</param>
    public static string Render(SweepResult result, ImmutableArray<string> files, ImmutableArray<Figure> figures)
    {
        var keys = new SweepKeys(result);
        var rehearsed = result.Manifests.Values.Any(manifest => manifest.World == RunWorld.Rehearsed);
        ImmutableArray<Table> tables = [.. new[] { keys.Swept, Experiments(result) }.Concat(SweepTables.All(result)).Where(table => !table.Rows.IsEmpty)];
        var page = PageParts.Begin(result.Plan.Name + (rehearsed ? Names.RehearsedEnding : ""));
        page.Append(rehearsed ? $"<p class=\"note\">{Names.Rehearsed}</p>\n" : "");
        page.Append(CultureInfo.InvariantCulture, $"<p class=\"note\">{result.Finished.Count()} of {result.Plan.Points.Length} experiments done{(result.Failures.IsEmpty ? "" : FormattableString.Invariant($", {result.Failures.Count} failed"))}.</p>\n");
        PageParts.AppendFiles(page, files);
        PageParts.AppendContents(page, tables, figures, "Keys and hash");
        for (var number = 0; number < tables.Length; number++)
            PageParts.AppendTable(page, tables[number], number, tables[number].Title == OfExperiments ? Links(result) : default);
        PageParts.AppendFigures(page, figures);
        page.Append("<h2 id=\"result\">What all experiments share</h2>\n");
        PageParts.AppendKeys(page, keys.Shared.Where(key => ReportPage.IsAskedFirst(key.Key) || (key.IsStated && !key.IsOfProfile)).Select(key => (key.Key, key.Value, key.Origin)));
        PageParts.AppendFacts(page, [("Configurations", result.Plan.Hash)]);
        return PageParts.End(page);
    }

    private const string OfExperiments = "Experiments (each name leads to the run's own page)";

    /// <summary>A row for each experiment, whatever became of it.</summary>
    private static Table Experiments(SweepResult result)
    {
        ImmutableArray<(string Gate, string Test)> shown = [.. result.Finished.SelectMany(item => Shown(item.Report)).Select(pass => (pass.Gate, pass.Test)).Distinct()];
        return new(
            OfExperiments,
            [
                SweepTables.Words("Experiment"), .. SweepTables.Labels(result.Plan.Axes), SweepTables.Words("State"),
                .. shown.Select(pass => SweepTables.Number($"{Names.OfGate(pass.Gate)}, {pass.Test} (%)")), SweepTables.Number("Virtual time (s)"), SweepTables.Number("Sent (MB)"),
            ],
            [.. result.Plan.Points.Select((point, number) => Row(result, point, number, shown))]);
    }

    private static ImmutableArray<string> Row(SweepResult result, SweepPoint point, int number, ImmutableArray<(string Gate, string Test)> shown)
    {
        var report = result.Reports[number];
        return
        [
            point.Configuration.Settings.Experiment.Name, .. point.Labels, State(result, number),
            .. shown.Select(one => report?.Passes.FirstOrDefault(pass => pass.Gate == one.Gate && pass.Test == one.Test) is { } pass && double.IsFinite(pass.Accuracy) ? Fixed(100 * pass.Accuracy, "F2") : None),
            result.Manifests.TryGetValue(number, out var manifest) ? Fixed(manifest.VirtualSeconds, "F1") : None,
            report is null ? None : Fixed(report.Ledger.Sum(entry => entry.Sent) / 1e6, "F1"),
        ];
    }

    /// <summary>FedGate's passes, else those of the first gate that serves.</summary>
    private static IEnumerable<PassRecord> Shown(RunReport report)
    {
        var gates = report.Passes.Where(pass => !Names.IsReference(pass.Gate)).Select(pass => pass.Gate).Distinct().ToArray();
        var gate = gates.Contains(Names.FedGate) ? Names.FedGate : gates.FirstOrDefault();
        return report.TimesAlone ? [] : report.Passes.Where(pass => pass.Gate == gate);
    }

    private static string State(SweepResult result, int number) => result.Failures.TryGetValue(number, out var reason) ? $"failed: {reason}" : result.Reports[number] is not null ? "finished"
        : result.Halving?.StoppedAfter(number) is { } round ? FormattableString.Invariant($"stopped after round {round}")
        : "not run yet";

    /// <summary>The page of each experiment that has one.</summary>
    private static ImmutableArray<string?> Links(SweepResult result) =>
        [.. Enumerable.Range(0, result.Plan.Points.Length).Select(number => result.Manifests.TryGetValue(number, out var run) ? $"{RunFolder.NameOf(run.Name, run.ConfigHash, run.World ?? RunWorld.Simulated)}/{RunFiles.Page}" : null)];

    private static string Fixed(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
