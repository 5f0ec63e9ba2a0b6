using System.Collections.Immutable;
using NMoE.Reporting.Figures;
using NMoE.Reporting.Files;
using NMoE.Reporting.Runs;

namespace NMoE.Reporting.Sweeps;

/// <summary>Writes what a sweep leaves behind beside its runs: a page, tables in Markdown, LaTeX and CSV, and figures.</summary>
public static class SweepWriter
{
    /// <summary>Name of the tables' file.</summary>
    public const string Tables = "tables.md";

    /// <summary>Name of the page that leads to all of it.</summary>
    public const string Page = "index.html";

    private const string Rows = "results.csv";
    private const string Latex = "results.tex";
    private const string Search = "search.csv";

    /// <summary>Writes tables and figures.</summary>
    /// <param name="result">The sweep.</param>
    /// <param name="writer">Writes to the sweep's folder.</param>
    /// <param name="warn">Told of figures that could not be drawn.</param>
    /// <returns>The files written.</returns>
    /// <exception cref="OutputNotWritableException">A file could not be written.</exception>
    public static ImmutableArray<string> Write(SweepResult result, RunWriter writer, Action<string> warn)
    {
        ArgumentNullException.ThrowIfNull(writer);
        var figures = Drawn(result, warn);
        return
        [
            writer.WriteText(Page, SweepPage.Render(result, [Tables, Rows, Latex, .. result.Halving is null ? [] : new[] { Search }], figures)),
            writer.WriteText(Tables, SweepTables.Markdown(result)),
            writer.WriteText(Rows, SweepCsv.Write(result)),
            writer.WriteText(Latex, SweepTables.Latex(result)),
            .. result.Halving is null ? [] : new[] { writer.WriteText(Search, SweepHalvingTable.Csv(result)) },
            .. FigureSet.Write(figures, Path.Combine(writer.Folder, RunFiles.Figures)),
        ];
    }

    private static ImmutableArray<Figure> Drawn(SweepResult result, Action<string> warn)
    {
        try
        {
            return DrawingAttempt.Of(() => SweepFigures.Draw(result));
        }
        catch (FigureNotDrawnException problem)
        {
            warn(problem.Message);
            return [];
        }
    }
}
