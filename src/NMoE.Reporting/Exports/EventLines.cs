using System.Globalization;
using NMoE.Federation.Records;
using NMoE.Reporting.Files;
using NMoE.Reporting.Runs;

namespace NMoE.Reporting.Exports;

/// <summary>Events of a run as lines for people, by time, as a packet capture shows them. Each is written when it is told: nothing is kept.</summary>
/// <param name="to">Where the lines go.</param>
/// <param name="from">Seconds from which on.</param>
/// <param name="until">Seconds until which.</param>
/// <param name="devices">Devices whose lines are wanted, at either end of a message; none for all.</param>
public sealed class EventLines(TextWriter to, double from, double until, IReadOnlyCollection<string> devices)
{
    /// <summary>Writes the line of heads.</summary>
    public void Begin() => Write("time (s)", "took (s)", "device", "what", "bytes", "stage");

    /// <summary>Writes an event, if it was asked for.</summary>
    public void Add(CapturedEvent happened)
    {
        ArgumentNullException.ThrowIfNull(happened);
        if (happened.VirtualSeconds >= from && happened.VirtualSeconds <= until && (devices.Count == 0 || devices.Contains(happened.Device) || (happened.Peer is { } peer && devices.Contains(peer))))
        {
            Write(
                happened.VirtualSeconds.ToString("F7", CultureInfo.InvariantCulture), happened.Seconds?.ToString("F7", CultureInfo.InvariantCulture) ?? "", happened.Device, Words(happened),
                happened.Bytes > 0 ? happened.Bytes.ToString("#,0", CultureInfo.InvariantCulture) : "", happened.Stage);
        }
    }

    /// <summary>Writes what the files of a live run hold: its rounds, and who crashed. There every device has a clock of its own, and nobody saw each message.</summary>
    /// <param name="run">Folder of a finished run.</param>
    /// <exception cref="RunUnreadableException">The run cannot be read.</exception>
    public void AddRecorded(string run)
    {
        var report = RunReader.Read(run);
        foreach (var happened in report.Rounds
            .Select(round => new CapturedEvent(Captured.Mark, round.VirtualSeconds, "aggregator", null, FormattableString.Invariant($"{round.Stage} {round.Round} ended, loss {round.TrainLoss:F4}"), ""))
            .Concat(report.Crashes.Select(crash => new CapturedEvent(Captured.Fault, crash.VirtualSeconds, crash.Device, null, $"lost: {crash.Reason}", "")))
            .OrderBy(happened => happened.VirtualSeconds))
        {
            Add(happened);
        }
    }

    /// <summary>Writes lines to a file, which appears when all of them are there.</summary>
    /// <param name="path">The file.</param>
    /// <param name="write">Writes them.</param>
    /// <exception cref="OutputNotWritableException">It could not be written.</exception>
    public static string WriteFile(string path, Action<TextWriter> write) => AtomicFile.Write(path, write);

    private void Write(string time, string took, string device, string what, string bytes, string stage) =>
        to.Write(string.Create(CultureInfo.InvariantCulture, $"{time,18}  {took,14}  {device,-13}  {what,-52}  {bytes,13}  {stage}").TrimEnd() + "\n");

    private static string Words(CapturedEvent happened) => happened.Kind switch
    {
        Captured.Sent => $"> {happened.Peer} {happened.What}",
        Captured.Arrived => $"< {happened.Peer} {happened.What}{Again(happened)}",
        Captured.Lost => $"x {happened.Peer} {happened.What} lost{Again(happened)}",
        Captured.Given => $"* {happened.What} given",
        Captured.Computed => $"* {happened.What} done",
        Captured.Timer => $"~ timer {happened.What}",
        Captured.Fault => $"! {happened.What}",
        _ => $"= {happened.What}",
    };

    private static string Again(CapturedEvent happened) => happened.SentAgain > 0 ? string.Create(CultureInfo.InvariantCulture, $" (+{happened.SentAgain:#,0} B sent again)") : "";
}
