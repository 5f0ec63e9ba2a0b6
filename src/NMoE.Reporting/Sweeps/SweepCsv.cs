using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using NMoE.Reporting.Files;

namespace NMoE.Reporting.Sweeps;

/// <summary>
/// A sweep as <c>results.csv</c>: a row an experiment, test set and gate, with the experiment's place on each axis and every number that was measured. What was not measured is empty; an
/// experiment that failed has one row, with the reason in <c>failed</c>.
/// </summary>
internal static class SweepCsv
{
    private static readonly ImmutableArray<string> Words = ["run", "configHash", "test", "gate", "note", "failed"];

    /// <summary>The file.</summary>
    public static string Write(SweepResult result)
    {
        var text = new StringBuilder();
        AppendLine(text, [.. Header(result.Plan.Axes), .. SweepMeasures.All.Select(measure => measure.Name)]);
        for (var number = 0; number < result.Plan.Points.Length; number++)
        {
            foreach (var row in Rows(result, number))
                AppendLine(text, row);
        }

        return text.ToString();
    }

    /// <summary>An axis that bears the name of another column is told apart from it.</summary>
    private static IEnumerable<string> Header(ImmutableArray<string> axes) =>
        [.. axes.Select(axis => Words.Contains(axis) || SweepMeasures.All.Any(measure => measure.Name == axis) ? $"axis.{axis}" : axis), .. Words];

    private static IEnumerable<ImmutableArray<string>> Rows(SweepResult result, int number)
    {
        var point = result.Plan.Points[number];
        ImmutableArray<string> place = [.. point.Labels, point.Configuration.Settings.Experiment.Name, point.Configuration.ConfigHash];
        if (result.Failures.TryGetValue(number, out var reason))
            return [[.. place, "", "", "", reason, .. SweepMeasures.All.Select(_ => "")]];
        return result.Passes(number).Select(pass => (ImmutableArray<string>)
        [
            .. place, pass.Pass.Test, pass.Pass.Gate, pass.Pass.Note ?? "", "", .. SweepMeasures.All.Select(measure => Number(measure.Of(pass))),
        ]);
    }

    private static string Number(double? value) => value is { } known && double.IsFinite(known) ? known.ToString("R", CultureInfo.InvariantCulture) : "";

    private static void AppendLine(StringBuilder text, ImmutableArray<string> fields) => text.AppendJoin(',', fields.Select(Csv.Quote)).Append('\n');
}
