using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text;
using NMoE.Federation.Records;
using NMoE.Reporting.Figures;
using NMoE.Reporting.Files;
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
        var page = new StringBuilder();
        var name = WebUtility.HtmlEncode(report.Name);
        var tables = RunTables.All(report);
        page.Append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
        page.Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        page.Append(CultureInfo.InvariantCulture, $"<title>{name}{(report.TimesAlone ? Names.RehearsedEnding : "")}</title>\n<style>\n{PageStyle.Text.ReplaceLineEndings("\n")}\n</style>\n</head>\n");
        page.Append(CultureInfo.InvariantCulture, $"<body>\n<h1>{name}{(report.TimesAlone ? Names.RehearsedEnding : "")}</h1>\n");
        page.Append(report.TimesAlone ? $"<p class=\"note\">{Names.Rehearsed}</p>\n" : "");
        AppendContents(page, tables, figures);
        AppendKeys(page, keys);
        for (var number = 0; number < tables.Length; number++)
            AppendTable(page, tables[number], number);
        AppendFigures(page, figures);
        AppendFacts(page, report, manifest, files);
        return page.Append("</body>\n</html>\n").ToString();
    }

    /// <summary>What was run: what a reader asks first and what was stated; folded away what a profile that stands there gives. Each says where it came from where a pointer rests on it.</summary>
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

    private static void AppendList(StringBuilder page, IEnumerable<WrittenKey> keys)
    {
        page.Append("<dl class=\"keys\">\n");
        foreach (var key in keys)
        {
            page.Append(CultureInfo.InvariantCulture, $"<div><dt>{WebUtility.HtmlEncode(key.Key)}</dt>");
            page.Append(CultureInfo.InvariantCulture, $"<dd title=\"{WebUtility.HtmlEncode(key.Origin)}\"><code>{WebUtility.HtmlEncode(key.Value)}</code></dd></div>\n");
        }

        page.Append("</dl>\n");
    }

    private static void AppendContents(StringBuilder page, ImmutableArray<Table> tables, ImmutableArray<Figure> figures)
    {
        page.Append("<nav>");
        for (var number = 0; number < tables.Length; number++)
            page.Append(CultureInfo.InvariantCulture, $"<a href=\"#t{number}\">{WebUtility.HtmlEncode(Short(tables[number].Title).Title)}</a>\n");
        page.Append(figures.IsEmpty ? "" : "<a href=\"#figures\">Figures</a>\n").Append("<a href=\"#result\">Files and hashes</a></nav>\n");
    }

    /// <summary>A title, and what stands in brackets behind it.</summary>
    private static (string Title, string Note) Short(string title) => title.IndexOf(" (", StringComparison.Ordinal) is > 0 and var at && title.EndsWith(')')
        ? (title[..at], title[(at + 2)..^1])
        : (title, "");

    private static void AppendFacts(StringBuilder page, RunReport report, Manifest manifest, ImmutableArray<string> files)
    {
        (string What, string? Value)[] facts =
        [
            ("Configuration", manifest.ConfigHash),
            ("State", manifest.StateHash ?? "not finished"),
            (Names.OfTime(report), manifest.VirtualSeconds.ToString("#,0.###", CultureInfo.InvariantCulture) + " s"),
            ("Events", manifest.Events.ToString("#,0", CultureInfo.InvariantCulture)),
            ("Data", manifest.Inputs?.Data),
            ("Code", manifest.Inputs?.Code),
            ("Arithmetic", manifest.Inputs?.Arithmetic),
            ("Noise", manifest.Inputs?.Noise),
        ];
        page.Append("<h2 id=\"result\">Files and hashes</h2>\n<p class=\"note\">");
        foreach (var file in files)
            page.Append(CultureInfo.InvariantCulture, $"<a href=\"{Uri.EscapeDataString(file).Replace("%2F", "/", StringComparison.Ordinal)}\">{WebUtility.HtmlEncode(file)}</a>\n");
        page.Append("</p>\n<dl>\n");
        foreach (var (what, value) in facts.Where(fact => fact.Value is not null))
            page.Append(CultureInfo.InvariantCulture, $"<dt>{what}</dt><dd><code>{WebUtility.HtmlEncode(value)}</code></dd>\n");
        page.Append("</dl>\n");
    }

    private static void AppendTable(StringBuilder page, Table table, int number)
    {
        var (title, note) = Short(table.Title);
        page.Append(CultureInfo.InvariantCulture, $"<h2 id=\"t{number}\">{WebUtility.HtmlEncode(title)}</h2>\n");
        page.Append(note.Length == 0 ? "" : $"<p class=\"note\">{WebUtility.HtmlEncode(char.ToUpperInvariant(note[0]) + note[1..])}.</p>\n");
        page.Append("<div class=\"wide\">\n<table>\n<thead><tr>");
        for (var c = 0; c < table.Columns.Length; c++)
            AppendCell(page, "th", table.Columns[c], table.Columns[c].Heading);
        page.Append("</tr></thead>\n<tbody>\n");
        foreach (var row in table.Rows)
        {
            page.Append("<tr>");
            for (var c = 0; c < row.Length; c++)
                AppendCell(page, "td", table.Columns[c], row[c]);
            page.Append("</tr>\n");
        }

        page.Append("</tbody>\n</table>\n</div>\n");
    }

    private static void AppendCell(StringBuilder page, string tag, Column column, string content)
    {
        var attribute = (column.Align == Side.Right ? " class=\"number\"" : "") + (tag == "td" ? $" data-head=\"{WebUtility.HtmlEncode(column.Heading)}\"" : "");
        page.Append(CultureInfo.InvariantCulture, $"<{tag}{attribute}>{WebUtility.HtmlEncode(content)}</{tag}>");
    }

    private static void AppendFigures(StringBuilder page, ImmutableArray<Figure> figures)
    {
        if (figures.IsEmpty)
            return;
        page.Append("<h2 id=\"figures\">Figures</h2>\n<div class=\"figures\">\n");
        foreach (var figure in figures)
        {
            var caption = WebUtility.HtmlEncode(figure.Caption);
            page.Append(CultureInfo.InvariantCulture, $"<figure>\n<a href=\"{RunFiles.Figures}/{figure.Name}.svg\">{figure.Svg}</a><figcaption>{caption}</figcaption>\n</figure>\n");
        }

        page.Append("</div>\n");
    }
}
