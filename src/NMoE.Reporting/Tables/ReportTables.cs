using System.Collections.Immutable;
using System.Text;
using NMoE.Federation.Records;

namespace NMoE.Reporting.Tables;

/// <summary>A report's passes, paired comparisons and bytes as text. Both end each line with a line feed.</summary>
public static class ReportTables
{
    /// <summary>For a terminal: columns of equal width, under headings and a rule.</summary>
    /// <param name="report">The report; tables without rows are left out.</param>
    public static string PlainText(RunReport report)
    {
        var text = new StringBuilder();
        foreach (var table in RunTables.All(report))
        {
            if (text.Length > 0)
                text.Append('\n');
            AppendPlain(text, table);
        }

        return text.ToString();
    }

    /// <summary>Passes and comparisons in Markdown.</summary>
    /// <param name="report">The report; tables without rows are left out.</param>
    public static string Markdown(RunReport report)
    {
        var text = new StringBuilder();
        foreach (var table in new[] { RunTables.Passes(report), RunTables.Comparisons(report) }.Where(table => !table.Rows.IsEmpty))
        {
            if (text.Length > 0)
                text.Append('\n');
            AppendMarkdown(text, table);
        }

        return text.ToString();
    }

    private static void AppendPlain(StringBuilder text, Table table)
    {
        int[] widths =
            [.. table.Columns.Select((column, c) => table.Rows.Select(row => row[c].Length).Append(column.Heading.Length).Max())];
        text.Append(table.Title).Append('\n');
        AppendRow(text, table, widths, [.. table.Columns.Select(column => column.Heading)]);
        text.AppendJoin("  ", widths.Select(width => new string('-', width))).Append('\n');
        foreach (var row in table.Rows)
            AppendRow(text, table, widths, row);
    }

    private static void AppendRow(StringBuilder text, Table table, int[] widths, ImmutableArray<string> cells)
    {
        var padded = cells.Select((cell, c) => table.Columns[c].Align == Side.Left ? cell.PadRight(widths[c]) : cell.PadLeft(widths[c]));
        text.Append(string.Join("  ", padded).TrimEnd()).Append('\n');
    }

    private static void AppendMarkdown(StringBuilder text, Table table)
    {
        text.Append("| ").AppendJoin(" | ", table.Columns.Select(column => Escape(column.Heading))).Append(" |\n");
        text.Append("| ").AppendJoin(" | ", table.Columns.Select(column => column.Align == Side.Left ? ":--" : "--:")).Append(" |\n");
        foreach (var row in table.Rows)
            text.Append("| ").AppendJoin(" | ", row.Select(Escape)).Append(" |\n");
    }

    private static string Escape(string cell) => cell.Replace("|", "\\|", StringComparison.Ordinal);
}
