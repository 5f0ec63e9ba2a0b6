using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using NMoE.Reporting.Files;
using NMoE.Reporting.Measures;

namespace NMoE.Reporting.Sweeps;

/// <summary>
/// A sweep as <c>results.csv</c>: a row an experiment, test set and gate, with the experiment's place on each axis and every number that was measured. What was not measured is empty; an
/// experiment that failed has one row, with the reason in <c>failed</c>.
/// </summary>
internal static class SweepCsv
{
    private static readonly ImmutableArray<string> Words = ["run", "configHash", "test", "gate", "note", "failed"];

    private static ImmutableArray<string> Names { get; } = [.. Measure.OfPass.Select(measure => measure.Name), .. Measure.OfRun.Select(measure => measure.Name)];

    /// <summary>The file.</summary>
    public static string Write(SweepResult result)
    {
        var text = new StringBuilder();
        var targets = Measure.OfTargets(result.Targets);
        AppendLine(text, [.. Header(result.Plan.Axes), .. Names, .. targets.Select(measure => measure.Name)]);
        for (var number = 0; number < result.Plan.Points.Length; number++)
        {
            foreach (var row in Rows(result, number, targets))
                AppendLine(text, row);
        }

        return text.ToString();
    }

    /// <summary>An axis that bears the name of another column is told apart from it.</summary>
    private static IEnumerable<string> Header(ImmutableArray<string> axes) =>
        [.. axes.Select(axis => Words.Contains(axis) || Names.Contains(axis) ? $"axis.{axis}" : axis), .. Words];

    private static IEnumerable<ImmutableArray<string>> Rows(SweepResult result, int number, ImmutableArray<Measure<MeasuredPass>> targets)
    {
        var point = result.Plan.Points[number];
        ImmutableArray<string> place = [.. point.Labels, point.Configuration.Settings.Experiment.Name, point.Configuration.ConfigHash];
        if (result.Failures.TryGetValue(number, out var reason))
            return [[.. place, "", "", "", reason, .. Names.Concat(targets.Select(measure => measure.Name)).Select(_ => "")]];
        return result.Passes(number).Select(pass => (ImmutableArray<string>)
        [
            .. place, pass.Pass.Test, pass.Pass.Gate, pass.Pass.Note ?? "", "", .. Measure.OfPass.Select(measure => Number(measure.Of(pass))), .. Measure.OfRun.Select(measure => Number(measure.Of(pass.Run))),
            .. targets.Select(measure => Number(measure.Of(pass))),
        ]);
    }

    private static string Number(double? value) => value is { } known && double.IsFinite(known) ? known.ToString("R", CultureInfo.InvariantCulture) : "";

    private static void AppendLine(StringBuilder text, ImmutableArray<string> fields) => text.AppendJoin(',', fields.Select(Csv.Quote)).Append('\n');
}
