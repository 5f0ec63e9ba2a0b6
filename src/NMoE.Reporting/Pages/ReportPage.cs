using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using NMoE.Federation.Records;
using NMoE.Reporting.Figures;
using NMoE.Reporting.Records;
using NMoE.Reporting.Tables;

namespace NMoE.Reporting.Pages;

/// <summary>A run on one page: what was run, tables and figures. It needs no script and no other file; it links to those beside it. Everything that comes from the run is escaped.</summary>
internal static class ReportPage
{
    // What a reader asks first, whether it was stated or not; a run has of these what it reads.
    private static readonly ImmutableArray<string> s_first =
    [
        "seed", "experiment.clients", "data.name", "data.partition", "data.tau", "data.train-per-client", "model.width", "extractor.method", "extractor.rounds", "extractor.epochs",
        "gate.recipe", "gate.rounds", "inference.k", "aggregator.place", "channel.profile", "device.profile", "faults.schedule",
    ];

    /// <summary>The page.</summary>
    /// <param name="report">The run's report.</param>
    /// <param name="manifest">Its hashes and virtual time; the machine and the hour are not shown, so that equal runs have equal pages.</param>
    /// <param name="keys">The keys that it read.</param>
    /// <param name="files">Files beside the page, by their paths.</param>
    /// <param name="figures">Its figures, inlined.</param>
    public static string Render(RunReport report, Manifest manifest, ImmutableArray<WrittenKey> keys, ImmutableArray<string> files, ImmutableArray<Figure> figures)
    {
        var tables = RunTables.All(report);
        var page = PageParts.Begin(report.Name + (report.TimesAlone ? Names.RehearsedEnding : ""));
        page.Append(report.TimesAlone ? $"<p class=\"note\">{Names.Rehearsed}</p>\n" : "");
        PageParts.AppendContents(page, tables, figures, "Files and hashes");
        AppendKeys(page, keys);
        for (var number = 0; number < tables.Length; number++)
            PageParts.AppendTable(page, tables[number], number);
        PageParts.AppendFigures(page, figures);
        AppendFacts(page, report, manifest, files);
        return PageParts.End(page);
    }

    /// <summary>Whether a reader asks for a key first, whether it was stated or not.</summary>
    public static bool IsAskedFirst(string key) => s_first.Contains(key);

    /// <summary>What was run: what a reader asks first and what was stated; folded away what a profile that stands there gives.</summary>
    private static void AppendKeys(StringBuilder page, ImmutableArray<WrittenKey> keys)
    {
        if (keys.IsEmpty)
            return;
        var stated = keys.Where(key => key.IsStated && !s_first.Contains(key.Key) && !key.Key.StartsWith("compute.", StringComparison.Ordinal)).ToLookup(key => key.IsOfProfile);
        page.Append("<h2 id=\"keys\">What was run</h2>\n");
        AppendList(page, s_first.Select(path => keys.FirstOrDefault(key => key.Key == path)).OfType<WrittenKey>().Concat(stated[false]));
        if (stated[true].Any())
        {
            page.Append("<details><summary>What profiles give beside</summary>\n");
            AppendList(page, stated[true]);
            page.Append("</details>\n");
        }
    }

    private static void AppendList(StringBuilder page, IEnumerable<WrittenKey> keys) => PageParts.AppendKeys(page, keys.Select(key => (key.Key, key.Value, key.Origin)));

    private static void AppendFacts(StringBuilder page, RunReport report, Manifest manifest, ImmutableArray<string> files)
    {
        page.Append("<h2 id=\"result\">Files and hashes</h2>\n");
        PageParts.AppendFiles(page, files);
        PageParts.AppendFacts(page,
        [
            ("Configuration", manifest.ConfigHash),
            ("State", manifest.StateHash ?? "not finished"),
            (Names.OfTime(report), manifest.VirtualSeconds.ToString("#,0.###", CultureInfo.InvariantCulture) + " s"),
            ("Events", manifest.Events.ToString("#,0", CultureInfo.InvariantCulture)),
            ("Data", manifest.Inputs?.Data),
            ("Code", manifest.Inputs?.Code),
            ("Arithmetic", manifest.Inputs?.Arithmetic),
            ("Noise", manifest.Inputs?.Noise),
        ]);
    }
}
