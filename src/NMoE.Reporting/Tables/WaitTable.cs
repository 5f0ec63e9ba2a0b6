using System.Collections.Immutable;
using System.Globalization;
using NMoE.Federation.Records;

namespace NMoE.Reporting.Tables;

/// <summary>Waits that a deadline ended, as a table under a sentence.</summary>
internal static class WaitTable
{
    private const int MostNames = 10;
    private const double Hour = 3600;

    /// <summary>A row for each stage; none where no deadline passed.</summary>
    public static Table Of(RunReport report) => new(
        report.Waiting is { } waiting ? $"Waiting ({Sentence(waiting)})" : "Waiting",
        [new("Stage", Side.Left), new("Deadlines that passed", Side.Right), new("Waited (s)", Side.Right), new("For", Side.Left)],
        [
            .. (report.Waiting?.Stages ?? []).Select(stage => ImmutableArray.Create(
                stage.Stage, stage.Deadlines.ToString("#,0", CultureInfo.InvariantCulture), stage.Seconds.ToString("F1", CultureInfo.InvariantCulture), Names(stage.For))),
        ]);

    /// <summary>How much of the virtual time it was, and for whom.</summary>
    public static string Sentence(WaitingRecord waiting)
    {
        var (unit, name) = waiting.Of >= 2 * Hour ? (Hour, "h") : (1, "s");
        var (waited, whole) = ((waiting.Seconds / unit).ToString("F1", CultureInfo.InvariantCulture), (waiting.Of / unit).ToString("F2", CultureInfo.InvariantCulture));
        return $"{waited} of {whole} {name} of virtual time were waiting, until a deadline, for {Names([.. waiting.Stages.SelectMany(stage => stage.For).Distinct()])}";
    }

    private static string Names(ImmutableArray<string> devices) => devices.Length <= MostNames
        ? string.Join(", ", devices)
        : FormattableString.Invariant($"{string.Join(", ", devices[..MostNames])} and {devices.Length - MostNames} more");
}
