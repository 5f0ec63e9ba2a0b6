using System.Collections.Immutable;
using NMoE.Federation.Records;
using NMoE.Reporting.Files;

namespace NMoE.Reporting.Figures;

/// <summary>
/// The figures of a run. The same report gives the same bytes, on every machine: fonts are this assembly's own, and nothing of the clock
/// or the machine is written.
/// </summary>
public static class FigureSet
{
    /// <summary>Draws every figure that the report holds data for.</summary>
    /// <param name="report">A run's report.</param>
    /// <param name="look">Size, type, gates and labels; null for a column's.</param>
    /// <returns>In the order in which a page should show them; empty if nothing was measured.</returns>
    /// <exception cref="FigureNotDrawnException">One could not be drawn.</exception>
    public static ImmutableArray<Figure> Draw(RunReport report, FigureLook? look = null) =>
        [.. Planned(Shown(report, look ?? FigureLook.Standard)).SelectMany(draw => DrawingAttempt.Of(() => draw().Select(drawing => drawing.Render(look ?? FigureLook.Standard)).ToArray()))];

    private static RunReport Shown(RunReport report, FigureLook look) => report with
    {
        Passes = report.Passes.RemoveAll(pass => !look.Shows(pass.Gate)),
        Clients = report.Clients.RemoveAll(client => !look.Shows(client.Gate)),
        Latencies = report.Latencies.RemoveAll(latency => !look.Shows(latency.Gate)),
    };

    /// <summary>Draws every figure that the report holds data for and that can be drawn: for a run that has finished, whatever becomes of its figures.</summary>
    /// <param name="report">A run's report.</param>
    /// <param name="warn">Told why others were not, each reason once.</param>
    internal static ImmutableArray<Figure> DrawWhatCanBe(RunReport report, Action<string> warn)
    {
        var drawn = ImmutableArray.CreateBuilder<Figure>();
        var reasons = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var draw in Planned(report))
        {
            try
            {
                drawn.AddRange(DrawingAttempt.Of(() => draw().Select(drawing => drawing.Render(FigureLook.Standard)).ToArray()));
            }
            catch (FigureNotDrawnException problem)
            {
                reasons.Add(problem.Message);
            }
        }

        foreach (var reason in reasons)
            warn(reason);
        return drawn.ToImmutable();
    }

    private static IEnumerable<Func<IEnumerable<FigurePlan>>> Planned(RunReport report)
    {
        if (!LearningCurves.Measured(report).IsEmpty)
            yield return () => [HeadlineFigures.AgainstBytes(report), HeadlineFigures.OverTime(report)];
        if (LearningCurves.Measured(report).Any(round => round.JoulesSoFar > 0))
            yield return () => [HeadlineFigures.AgainstEnergy(report)];
        foreach (var test in report.Passes.Where(pass => !report.TimesAlone && !Names.IsReference(pass.Gate)).GroupBy(pass => pass.Test))
            yield return () => [GateFigures.AccuracyAgainstBytes(test.Key, [.. report.Passes.Where(pass => pass.Test == test.Key)])];
        if (!report.Passes.IsEmpty && !report.TimesAlone)
            yield return () => [GateFigures.Accuracies(report)];
        if (ClientFigures.Classes(report) is { } classes)
            yield return () => [classes];
        if (ClientFigures.HasAccuracies(report))
            yield return () => ClientFigures.Accuracies(report);
        foreach (var test in report.Latencies.GroupBy(pass => pass.Test))
            yield return () => [LatencyFigure.Draw(report, test.Key, [.. test])];
        foreach (var pass in report.Passes.Where(GatingHeatMap.Has))
            yield return () => pass.ClassRouting is null ? [GatingHeatMap.ByClient(pass)] : [GatingHeatMap.ByClient(pass), GatingHeatMap.ByClass(pass)];
        if (!LearningCurves.Measured(report).IsEmpty)
            yield return () => [LearningCurves.AccuracyOverRounds(report)];
        if (!LearningCurves.Finite(report).IsEmpty)
            yield return () => [LearningCurves.LossOverRounds(report), LearningCurves.LossOverTime(report)];
        if (!report.Links.IsEmpty)
            yield return () => [LinkFigures.Aggregator(report), LinkFigures.Client(report)];
        yield return () => TimelineFigure.All(report);
    }

    /// <summary>Draws and writes every figure of a run.</summary>
    /// <param name="report">A run's report.</param>
    /// <param name="folder">Where to; made if it is not there.</param>
    /// <param name="look">Size, type, gates and labels; null for a column's.</param>
    /// <returns>The files written, PNG, SVG and PDF of each figure.</returns>
    /// <exception cref="OutputNotWritableException">A file could not be written.</exception>
    public static ImmutableArray<string> Write(RunReport report, string folder, FigureLook? look = null) => Write(Draw(report, look), folder);

    /// <summary>Writes drawn figures.</summary>
    /// <param name="figures">The figures.</param>
    /// <param name="folder">Where to; made if it is not there.</param>
    /// <returns>The files written, PNG, SVG and PDF of each figure.</returns>
    /// <exception cref="OutputNotWritableException">A file could not be written.</exception>
    public static ImmutableArray<string> Write(ImmutableArray<Figure> figures, string folder)
    {
        var files = ImmutableArray.CreateBuilder<string>();
        foreach (var figure in figures)
        {
            files.Add(AtomicFile.Write(Path.Combine(folder, FileName.Check(figure.Name) + ".png"), figure.Png.Span));
            files.Add(AtomicFile.Write(Path.Combine(folder, figure.Name + ".svg"), figure.Svg));
            files.Add(AtomicFile.Write(Path.Combine(folder, figure.Name + ".pdf"), figure.Pdf.Span));
        }

        return files.ToImmutable();
    }

    /// <summary>Draws accuracy against bytes of several runs in one axis, and writes it.</summary>
    /// <param name="reports">Reports of the runs, in the order of the legend. Runs of one name are numbered.</param>
    /// <param name="folder">Where to; made if it is not there.</param>
    /// <param name="look">Size, type, gates and labels; null for a column's.</param>
    /// <returns>The files written.</returns>
    /// <exception cref="NothingToDrawException">No run has a measured accuracy.</exception>
    /// <exception cref="OutputNotWritableException">A file could not be written.</exception>
    public static ImmutableArray<string> WriteComparison(IReadOnlyList<RunReport> reports, string folder, FigureLook? look = null)
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        var runs = ImmutableArray.CreateBuilder<(string Name, ImmutableArray<RoundRecord> Rounds)>();
        foreach (var report in reports)
        {
            var count = seen[report.Name] = seen.GetValueOrDefault(report.Name) + 1;
            var rounds = LearningCurves.Measured(report);
            if (!rounds.IsEmpty)
                runs.Add((count == 1 ? report.Name : $"{report.Name} ({count})", rounds));
        }

        if (runs.Count == 0)
        {
            throw new NothingToDrawException(
                reports.Select(report => report.Name), "measured accuracy", "Run with evaluation.enabled = on, then plot again.");
        }

        return Write([DrawingAttempt.Of(() => LearningCurves.CompareBytes(runs.ToImmutable()).Render(look ?? FigureLook.Standard))], folder);
    }
}
