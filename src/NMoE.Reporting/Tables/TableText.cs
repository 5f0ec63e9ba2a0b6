using System.Collections.Immutable;
using System.Text;

namespace NMoE.Reporting.Tables;

/// <summary>Tables as text; each line ends with a line feed.</summary>
internal static class TableText
{
    /// <summary>Columns of equal width, under a title, headings and a rule; a cell a line where that is wider than the place.</summary>
    public static void AppendPlain(StringBuilder text, Table table, int width)
    {
        int[] widths =
            [.. table.Columns.Select((column, c) => table.Rows.Select(row => row[c].Length).Append(column.Heading.Length).Max())];
        AppendWords(text, table.Title, width);
        if (widths.Sum(cell => cell + 2) - 2 > width)
        {
            AppendCells(text, table);
            return;
        }

        AppendRow(text, table, widths, [.. table.Columns.Select(column => column.Heading)]);
        text.AppendJoin("  ", widths.Select(width => new string('-', width))).Append('\n');
        foreach (var row in table.Rows)
            AppendRow(text, table, widths, row);
    }

    /// <summary>Words in lines that are no wider than the place; a word that is wider has a line of its own.</summary>
    private static void AppendWords(StringBuilder text, string words, int width)
    {
        var length = 0;
        foreach (var word in words.Split(' '))
        {
            if (length > 0)
                text.Append(length + 1 + word.Length > width ? '\n' : ' ');
            length = length > 0 && length + 1 + word.Length <= width ? length + 1 + word.Length : word.Length;
            text.Append(word);
        }

        text.Append('\n');
    }

    private static void AppendCells(StringBuilder text, Table table)
    {
        foreach (var row in table.Rows)
        {
            for (var c = 0; c < row.Length; c++)
                text.Append(c == 0 ? "- " : "  ").Append(table.Columns[c].Heading).Append(": ").Append(row[c]).Append('\n');
        }
    }

    private static void AppendRow(StringBuilder text, Table table, int[] widths, ImmutableArray<string> cells)
    {
        var padded = cells.Select((cell, c) => table.Columns[c].Align == Side.Left ? cell.PadRight(widths[c]) : cell.PadLeft(widths[c]));
        text.Append(string.Join("  ", padded).TrimEnd()).Append('\n');
    }

    /// <summary>A Markdown table, without its title.</summary>
    public static void AppendMarkdown(StringBuilder text, Table table)
    {
        text.Append("| ").AppendJoin(" | ", table.Columns.Select(column => Escape(column.Heading))).Append(" |\n");
        text.Append("| ").AppendJoin(" | ", table.Columns.Select(column => column.Align == Side.Left ? ":--" : "--:")).Append(" |\n");
        foreach (var row in table.Rows)
            text.Append("| ").AppendJoin(" | ", row.Select(Escape)).Append(" |\n");
    }

    private static string Escape(string cell) => cell.Replace("|", "\\|", StringComparison.Ordinal);
}
