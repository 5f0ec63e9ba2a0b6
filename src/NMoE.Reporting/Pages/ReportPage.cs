using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text;
using NMoE.Federation.Records;
using NMoE.Reporting.Figures;
using NMoE.Reporting.Records;
using NMoE.Reporting.Tables;

namespace NMoE.Reporting.Pages;

/// <summary>A run on one page: tables and figures, no script, no other file. Everything that comes from the run is escaped.</summary>
internal static class ReportPage
{
    private const string Style = """
        body { font: 15px/1.45 system-ui, sans-serif; color: #111; background: #fff; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
        h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2rem; }
        .wide { overflow-x: auto; }
        table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
        th, td { padding: .25rem .7rem; border-bottom: 1px solid #ddd; text-align: left; white-space: nowrap; }
        th { border-bottom: 2px solid #111; } .number { text-align: right; }
        code { overflow-wrap: anywhere; }
        .figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(22rem, 1fr)); gap: 1.5rem; }
        figure { margin: 0; break-inside: avoid; } figure svg { width: 100%; height: auto; }
        figcaption { font-size: .9rem; color: #444; }
        @media print {
          body { margin: 0; max-width: none; font-size: 9pt; } table { font-size: 8pt; }
          .figures { grid-template-columns: 1fr 1fr; } .wide { overflow: visible; }
        }
        """;

    /// <summary>The page.</summary>
    /// <param name="report">The run's report.</param>
    /// <param name="manifest">Its hashes and virtual time; the machine and the hour are not shown, so that equal runs have equal pages.</param>
    /// <param name="figures">Its figures, inlined.</param>
    public static string Render(RunReport report, Manifest manifest, ImmutableArray<Figure> figures)
    {
        var page = new StringBuilder();
        var name = WebUtility.HtmlEncode(report.Name);
        page.Append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
        page.Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        page.Append(CultureInfo.InvariantCulture, $"<title>{name}</title>\n<style>\n{Style.ReplaceLineEndings("\n")}\n</style>\n</head>\n");
        page.Append(CultureInfo.InvariantCulture, $"<body>\n<h1>{name}</h1>\n");
        AppendFacts(page, report, manifest);
        foreach (var table in RunTables.All(report))
            AppendTable(page, table);
        AppendFigures(page, figures);
        return page.Append("</body>\n</html>\n").ToString();
    }

    private static void AppendFacts(StringBuilder page, RunReport report, Manifest manifest)
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
        page.Append("<dl>\n");
        foreach (var (what, value) in facts.Where(fact => fact.Value is not null))
            page.Append(CultureInfo.InvariantCulture, $"<dt>{what}</dt><dd><code>{WebUtility.HtmlEncode(value)}</code></dd>\n");
        page.Append("</dl>\n");
    }

    private static void AppendTable(StringBuilder page, Table table)
    {
        page.Append(CultureInfo.InvariantCulture, $"<h2>{WebUtility.HtmlEncode(table.Title)}</h2>\n");
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
        var attribute = column.Align == Side.Right ? " class=\"number\"" : "";
        page.Append(CultureInfo.InvariantCulture, $"<{tag}{attribute}>{WebUtility.HtmlEncode(content)}</{tag}>");
    }

    private static void AppendFigures(StringBuilder page, ImmutableArray<Figure> figures)
    {
        if (figures.IsEmpty)
            return;
        page.Append("<h2>Figures</h2>\n<div class=\"figures\">\n");
        foreach (var figure in figures)
        {
            var caption = WebUtility.HtmlEncode(figure.Caption);
            page.Append(CultureInfo.InvariantCulture, $"<figure>\n{figure.Svg}<figcaption>{caption}</figcaption>\n</figure>\n");
        }

        page.Append("</div>\n");
    }
}
