using System.Globalization;
using Spectre.Console;

namespace NMoE.Cli.Costing;

/// <summary>Shows an estimate as a table and a few lines.</summary>
internal static class CostView
{
    // Below this the table's cells would be a few letters wide.
    private const int Narrow = 80;

    /// <summary>Writes to a console that may or may not be a terminal.</summary>
    public static void Show(CostEstimate estimate, IAnsiConsole console)
    {
        if (console.Profile.Out.IsTerminal && console.Profile.Width < Narrow)
        {
            ShowNarrow(estimate, console.Profile.Out.Writer);
            return;
        }

        var table = new Table().Border(console.Profile.Out.IsTerminal ? TableBorder.Rounded : TableBorder.Ascii);
        table.AddColumn("Kind of job");
        foreach (var heading in new[] { "To run", "Remembered", "GFLOP", "Store (MB)", "Hours" })
        {
            table.AddColumn(new TableColumn(heading).RightAligned());
        }

        foreach (var kind in estimate.Kinds)
        {
            table.AddRow(Row(kind.Kind, kind.Jobs, kind.Remembered, kind.Flops, kind.Bytes, kind.Hours));
        }

        table.AddEmptyRow();
        table.AddRow(Row(
            "all", estimate.Jobs, estimate.Kinds.Sum(kind => kind.Remembered), estimate.Flops, estimate.Bytes, estimate.Hours));
        console.Write(table);
        foreach (var line in Lines(estimate))
        {
            console.Profile.Out.Writer.WriteLine(line);
        }
    }

    private static void ShowNarrow(CostEstimate estimate, TextWriter to)
    {
        foreach (var kind in estimate.Kinds)
        {
            to.WriteLine(Invariant($"{kind.Kind}: {kind.Jobs} to run, {kind.Remembered} remembered, {kind.Flops / 1e9:N1} GFLOP, {kind.Bytes / 1e6:N1} MB, {kind.Hours:F3} hours"));
        }

        foreach (var line in Lines(estimate))
        {
            to.WriteLine(line);
        }
    }

    private static string[] Row(string kind, int jobs, int remembered, double flops, long bytes, double hours) =>
    [
        kind, jobs.ToString(CultureInfo.InvariantCulture), remembered.ToString(CultureInfo.InvariantCulture),
        (flops / 1e9).ToString("N1", CultureInfo.InvariantCulture), (bytes / 1e6).ToString("N1", CultureInfo.InvariantCulture),
        hours.ToString("F3", CultureInfo.InvariantCulture),
    ];

    private static IEnumerable<string> Lines(CostEstimate estimate)
    {
        yield return Invariant($"{estimate.Hours:F2} hours ({estimate.Hours * 60:F0} min) {Where(estimate)}: {estimate.Hours - estimate.JobHours - estimate.WorldHours:F3} of arithmetic, {estimate.JobHours:F3} of what jobs take beside it (to be handed out, hashed and written) and {estimate.WorldHours:F3} of the simulated world (what its rehearsal took); experts are counted with all their epochs, rings with all their laps.");
        yield return Invariant($"The store grows by {estimate.Bytes / 1e6:F0} MB, of which {estimate.StoreBytes / 1e6:F0} MB are needed at once (compute.store.max-size).");
        yield return Invariant($"Devices send {estimate.NetworkBytes / 1e6:F1} MB in {estimate.VirtualSeconds:F1} s of virtual time; routing by a gate that is not trained yet is taken as even.");
    }

    private static string Where(CostEstimate estimate) => estimate.StatedGflops is { } stated
        ? Invariant($"on a machine that trains at {stated} GFLOP/s, as stated, with the rest as on this one")
        : Invariant($"on {estimate.Threads} compute threads of this machine, measured just now");

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
