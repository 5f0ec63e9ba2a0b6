using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text;
using NMoE.Reporting.Figures;
using NMoE.Reporting.Files;
using NMoE.Reporting.Tables;

namespace NMoE.Reporting.Pages;

/// <summary>What pages consist of: contents, lists, tables, figures and links. No script, and no other file is loaded. Whatever comes from a run is escaped.</summary>
internal static class PageParts
{
    /// <summary>The page's beginning, with its title.</summary>
    public static StringBuilder Begin(string title)
    {
        var name = WebUtility.HtmlEncode(title);
        return new StringBuilder("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
            .Append(CultureInfo.InvariantCulture, $"<title>{name}</title>\n<style>\n{PageStyle.Text.ReplaceLineEndings("\n")}\n</style>\n</head>\n<body>\n<h1>{name}</h1>\n");
    }

    /// <summary>Its end.</summary>
    public static string End(StringBuilder page) => page.Append("</body>\n</html>\n").ToString();

    /// <summary>Links to the tables, by their order, to the figures and to what the page ends with.</summary>
    public static void AppendContents(StringBuilder page, ImmutableArray<Table> tables, ImmutableArray<Figure> figures, string end)
    {
        page.Append("<nav>");
        for (var number = 0; number < tables.Length; number++)
            page.Append(CultureInfo.InvariantCulture, $"<a href=\"#t{number}\">{WebUtility.HtmlEncode(Short(tables[number].Title).Title.Split(": ")[0])}</a>\n");
        page.Append(figures.IsEmpty ? "" : "<a href=\"#figures\">Figures</a>\n").Append(CultureInfo.InvariantCulture, $"<a href=\"#result\">{end}</a></nav>\n");
    }

    /// <summary>A title, and what stands in brackets behind it.</summary>
    private static (string Title, string Note) Short(string title) => title.IndexOf(" (", StringComparison.Ordinal) is > 0 and var at && title.EndsWith(')')
        ? (title[..at], title[(at + 2)..^1])
        : (title, "");

    /// <summary>Keys and their values; each says where it came from where a pointer rests on it.</summary>
    public static void AppendKeys(StringBuilder page, IEnumerable<(string Key, string Value, string Origin)> keys)
    {
        page.Append("<dl class=\"keys\">\n");
        foreach (var key in keys)
        {
            page.Append(CultureInfo.InvariantCulture, $"<div><dt>{WebUtility.HtmlEncode(key.Key)}</dt>");
            page.Append(CultureInfo.InvariantCulture, $"<dd title=\"{WebUtility.HtmlEncode(key.Origin)}\"><code>{WebUtility.HtmlEncode(key.Value)}</code></dd></div>\n");
        }

        page.Append("</dl>\n");
    }

    /// <summary>Names and long values, such as hashes; those without a value are left out.</summary>
    public static void AppendFacts(StringBuilder page, IEnumerable<(string What, string? Value)> facts)
    {
        page.Append("<dl>\n");
        foreach (var (what, value) in facts.Where(fact => fact.Value is not null))
            page.Append(CultureInfo.InvariantCulture, $"<dt>{what}</dt><dd><code>{WebUtility.HtmlEncode(value)}</code></dd>\n");
        page.Append("</dl>\n");
    }

    /// <summary>Links to files beside the page, by their paths.</summary>
    public static void AppendFiles(StringBuilder page, IEnumerable<string> files)
    {
        page.Append("<p class=\"note files\">");
        foreach (var file in files)
            page.Append(CultureInfo.InvariantCulture, $"<a href=\"{Address(file)}\">{WebUtility.HtmlEncode(file)}</a>\n");
        page.Append("</p>\n");
    }

    /// <summary>A table under its title.</summary>
    /// <param name="page">Where to.</param>
    /// <param name="table">The table.</param>
    /// <param name="number">Its number among the page's tables.</param>
    /// <param name="links">The path of a file beside the page for each row, to which its first cell leads; null for a row without one, and left out for a table without any.</param>
    public static void AppendTable(StringBuilder page, Table table, int number, ImmutableArray<string?> links = default)
    {
        var (title, note) = Short(table.Title);
        page.Append(CultureInfo.InvariantCulture, $"<h2 id=\"t{number}\">{WebUtility.HtmlEncode(title)}</h2>\n");
        page.Append(note.Length == 0 ? "" : $"<p class=\"note\">{WebUtility.HtmlEncode(char.ToUpperInvariant(note[0]) + note[1..])}.</p>\n");
        page.Append("<div class=\"wide\">\n<table>\n<thead><tr>");
        foreach (var column in table.Columns)
            AppendCell(page, "th", column, column.Heading, null);
        page.Append("</tr></thead>\n<tbody>\n");
        foreach (var (index, row) in table.Rows.Index())
        {
            page.Append("<tr>");
            for (var c = 0; c < row.Length; c++)
                AppendCell(page, "td", table.Columns[c], row[c], c == 0 && !links.IsDefault ? links[index] : null);
            page.Append("</tr>\n");
        }

        page.Append("</tbody>\n</table>\n</div>\n");
    }

    /// <summary>Figures, each a link to its file.</summary>
    public static void AppendFigures(StringBuilder page, ImmutableArray<Figure> figures)
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

    private static string Address(string file) => Uri.EscapeDataString(file).Replace("%2F", "/", StringComparison.Ordinal);

    private static void AppendCell(StringBuilder page, string tag, Column column, string content, string? link)
    {
        var attribute = ((column.Align == Side.Right, tag == "td" && content == "-") switch
        {
            (true, true) => " class=\"number none\"",
            (true, false) => " class=\"number\"",
            (false, true) => " class=\"none\"",
            _ => "",
        }) + (tag == "td" ? $" data-head=\"{WebUtility.HtmlEncode(column.Heading)}\"" : "");
        var text = WebUtility.HtmlEncode(content);
        page.Append(CultureInfo.InvariantCulture, $"<{tag}{attribute}>{(link is null ? text : $"<a href=\"{Address(link)}\">{text}</a>")}</{tag}>");
    }
}
