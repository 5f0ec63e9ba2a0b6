using System.Collections.Immutable;
using System.Text;

namespace NMoE.Reporting.Tables;

/// <summary>Tables as text; each line ends with a line feed.</summary>
internal static class TableText
{
    /// <summary>Columns of equal width, under a title, headings and a rule. Where that is wider than the place, headings stand in several lines; where that is still too wide, each cell has a line.</summary>
    public static void AppendPlain(StringBuilder text, Table table, int width)
    {
        text.AppendJoin('\n', Lines(table.Title, width)).Append('\n');
        int[] cells = [.. Enumerable.Range(0, table.Columns.Length).Select(c => table.Rows.Select(row => row[c].Length).Append(0).Max())];
        int[] whole = [.. table.Columns.Select((column, c) => Math.Max(cells[c], column.Heading.Length))];
        int[] words = [.. table.Columns.Select((column, c) => Math.Max(cells[c], column.Heading.Split(' ').Max(word => word.Length)))];
        var widths = Fits(whole) ? whole : words;
        if (!Fits(widths))
        {
            AppendCells(text, table);
            return;
        }

        ImmutableArray<ImmutableArray<string>> heads = [.. table.Columns.Select((column, c) => Lines(column.Heading, widths[c]))];
        var most = heads.Select(lines => lines.Length).Append(1).Max();
        for (var line = 0; line < most; line++)
            AppendRow(text, table, widths, [.. heads.Select(lines => line < most - lines.Length ? "" : lines[line - most + lines.Length])]);
        text.AppendJoin("  ", widths.Select(width => new string('-', width))).Append('\n');
        foreach (var row in table.Rows)
            AppendRow(text, table, widths, row);

        bool Fits(int[] columns) => columns.Sum(column => (long)column + 2) - 2 <= width;
    }

    /// <summary>Words in lines that are no wider than the place; a word that is wider has a line of its own.</summary>
    private static ImmutableArray<string> Lines(string words, int width)
    {
        var lines = new List<string> { "" };
        foreach (var word in words.Split(' '))
        {
            if (lines[^1].Length == 0)
                lines[^1] = word;
            else if (lines[^1].Length + 1 + word.Length <= width)
                lines[^1] += " " + word;
            else
                lines.Add(word);
        }

        return [.. lines];
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
