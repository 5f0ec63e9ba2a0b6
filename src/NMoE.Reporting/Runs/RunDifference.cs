using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using NMoE.Reporting.Measures;
using NMoE.Reporting.Tables;

namespace NMoE.Reporting.Runs;

/// <summary>A key that has another value in two runs.</summary>
/// <param name="Key">With dots.</param>
/// <param name="First">In the first; null where that run does not read it.</param>
/// <param name="Second">In the second.</param>
public sealed record KeyDifference(string Key, string? First, string? Second);

/// <summary>A measure of two runs.</summary>
/// <param name="Of">The gate and test set, or <c>run</c>.</param>
/// <param name="Measure">Its name, as in <c>results.csv</c> of a sweep.</param>
/// <param name="First">In the first; null where it was not measured.</param>
/// <param name="Second">In the second.</param>
public sealed record ResultDifference(string Of, string Measure, double? First, double? Second);

/// <summary>What differs between two finished runs: what was run, and what came out.</summary>
/// <param name="First">Folder of the first.</param>
/// <param name="Second">Folder of the second.</param>
/// <param name="Inputs">What differs beside keys, such as <c>other code</c>; empty where nothing does, or older runs do not tell.</param>
/// <param name="Keys">Keys that differ, in ordinal order.</param>
/// <param name="Results">Every measure of both, equal or not.</param>
public sealed record RunDifference(string First, string Second, string Inputs, ImmutableArray<KeyDifference> Keys, ImmutableArray<ResultDifference> Results)
{
    /// <summary>Compares two runs.</summary>
    /// <param name="first">A folder.</param>
    /// <param name="second">Another one.</param>
    /// <exception cref="RunUnreadableException">One is no finished run.</exception>
    public static RunDifference Of(string first, string second)
    {
        var (here, there) = (Read(first), Read(second));
        var (ours, theirs) = (RunReader.ReadKeys(first), RunReader.ReadKeys(second));
        return new(
            first, second, here.Manifest!.Inputs is { } one && there.Manifest!.Inputs is { } other ? one.DifferenceFrom(other) : "",
            [
                .. ours.Keys.Union(theirs.Keys).Order(StringComparer.Ordinal).Select(key => new KeyDifference(key, ours.GetValueOrDefault(key), theirs.GetValueOrDefault(key)))
                    .Where(key => key.First != key.Second && !key.Key.StartsWith("compute.", StringComparison.Ordinal)),
            ],
            Both([.. Measured(here)], [.. Measured(there)]));
    }

    private static MeasuredRun Read(string folder) => new(RunReader.Read(folder), RunReader.ReadManifest(folder));

    /// <summary>Every number of a run, by what it is of and its name, in the order of columns.</summary>
    private static IEnumerable<(string Of, string Measure, double? Value)> Measured(MeasuredRun run) =>
    [
        .. Measure.OfRun.Select(measure => ("run", measure.Name, measure.Of(run))),
        .. from pass in run.Report.Passes from measure in Measure.OfPass select ($"{pass.Gate}, {pass.Test}", measure.Name, measure.Of(new(run, pass))),
    ];

    private static ImmutableArray<ResultDifference> Both(ImmutableArray<(string Of, string Measure, double? Value)> first, ImmutableArray<(string Of, string Measure, double? Value)> second) =>
    [
        .. first.Concat(second).Select(row => (row.Of, row.Measure)).Distinct()
            .Select(key => new ResultDifference(key.Of, key.Measure, Value(first, key), Value(second, key))).Where(row => row.First is not null || row.Second is not null),
    ];

    private static double? Value(ImmutableArray<(string Of, string Measure, double? Value)> rows, (string Of, string Measure) key) =>
        rows.FirstOrDefault(row => (row.Of, row.Measure) == key).Value;

    /// <summary>The tables for a terminal: keys that differ, and results.</summary>
    /// <param name="width">The columns of the terminal: a table that is wider is written with a cell a line.</param>
    public string PlainText(int width)
    {
        var text = new StringBuilder();
        if (Inputs.Length > 0)
            text.Append(CultureInfo.InvariantCulture, $"Beside keys: {Inputs}\n\n");
        foreach (var table in new[] { KeyTable(), ResultTable() })
        {
            if (table.Rows.IsEmpty)
                text.Append(table.Title).Append('\n');
            else
                TableText.AppendPlain(text, table, width);
            text.Append('\n');
        }

        return text.ToString();
    }

    private Table KeyTable() => new(
        Keys.IsEmpty ? "No key differs" : "Keys that differ (-: not read)",
        [new("Key", Side.Left), new("First", Side.Left), new("Second", Side.Left)],
        [.. Keys.Select(key => ImmutableArray.Create(key.Key, key.First ?? "-", key.Second ?? "-"))]);

    private Table ResultTable()
    {
        var apart = Results.Where(result => !Nullable.Equals(result.First, result.Second)).ToArray();
        return new(
            apart.Length == 0 ? FormattableString.Invariant($"No result differs: all {Results.Length} numbers are equal")
                : FormattableString.Invariant($"Results that differ ({apart.Length} of {Results.Length} numbers)"),
            [new("Of", Side.Left), new("Measure", Side.Left), new("First", Side.Right), new("Second", Side.Right), new("Second - first", Side.Right)],
            [.. apart.Select(result => ImmutableArray.Create(result.Of, result.Measure, Number(result.First), Number(result.Second), Number(result.Second - result.First)))]);
    }

    private static string Number(double? value) => value is { } known ? known.ToString(Math.Abs(known) is > 0 and < 1 ? "F4" : "#,0.###", CultureInfo.InvariantCulture) : "-";
}
