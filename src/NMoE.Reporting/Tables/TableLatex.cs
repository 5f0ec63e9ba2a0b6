using System.Globalization;
using System.Text;

namespace NMoE.Reporting.Tables;

/// <summary>A table in LaTeX, with the rules of the package booktabs.</summary>
internal static class TableLatex
{
    /// <summary>What a document needs to have before it includes such a table.</summary>
    public const string Needs = "% Needs \\usepackage{booktabs}. Include with \\input{results.tex}.\n";

    /// <summary>A floating table with the title as caption.</summary>
    /// <param name="text">Where to.</param>
    /// <param name="table">The table.</param>
    /// <param name="label">Its name for \ref.</param>
    public static void Append(StringBuilder text, Table table, string label)
    {
        text.Append("\\begin{table}\n\\centering\n\\small\n\\setlength{\\tabcolsep}{4pt}\n\\caption{").Append(Escape(table.Title)).Append("}\n\\label{").Append(label).Append("}\n");
        text.Append("\\begin{tabular}{").Append(string.Concat(table.Columns.Select(column => column.Align == Side.Left ? 'l' : 'r'))).Append("}\n\\toprule\n");
        AppendRow(text, table.Columns.Select(column => column.Heading));
        text.Append("\\midrule\n");
        foreach (var row in table.Rows)
            AppendRow(text, row);
        text.Append("\\bottomrule\n\\end{tabular}\n\\end{table}\n");
    }

    private static void AppendRow(StringBuilder text, IEnumerable<string> cells) => text.AppendJoin(" & ", cells.Select(Escape)).Append(" \\\\\n");

    /// <summary>A cell whose signs LaTeX would read as commands; a minus that is one.</summary>
    private static string Escape(string cell)
    {
        if (cell.Length > 1 && cell[0] is '-' or '+' && double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out _))
            return $"${cell}$";
        var text = new StringBuilder(cell.Length);
        foreach (var sign in cell)
        {
            text.Append(sign switch
            {
                '\\' => "\\textbackslash{}",
                '~' => "\\textasciitilde{}",
                '^' => "\\textasciicircum{}",
                '&' or '%' or '$' or '#' or '_' or '{' or '}' => $"\\{sign}",
                '<' or '>' or '|' => $"${sign}$",
                _ => sign.ToString(),
            });
        }

        return text.ToString();
    }
}
