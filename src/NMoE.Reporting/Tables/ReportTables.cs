using System.Text;
using NMoE.Federation.Records;
using NMoE.Reporting.Figures;

namespace NMoE.Reporting.Tables;

/// <summary>A report's passes, paired comparisons and bytes as text. Both end each line with a line feed.</summary>
public static class ReportTables
{
    /// <summary>For a terminal: columns of equal width, under headings and a rule.</summary>
    /// <param name="report">The report; tables without rows are left out.</param>
    /// <param name="width">The columns of the terminal: a table that is wider is written with a cell a line.</param>
    public static string PlainText(RunReport report, int width = int.MaxValue)
    {
        var text = new StringBuilder(report.TimesAlone ? Names.Rehearsed + "\n" : "");
        foreach (var table in RunTables.All(report))
        {
            if (text.Length > 0)
                text.Append('\n');
            TableText.AppendPlain(text, table, width);
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
            TableText.AppendMarkdown(text, table);
        }

        return text.ToString();
    }
}
