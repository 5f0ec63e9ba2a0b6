using System.Globalization;
using System.Text;
using NMoE.Federation.Records;

namespace NMoE.Reporting.Exports;

/// <summary>What a run recorded as lines for people, by time, as a packet capture shows them.</summary>
internal static class EventLines
{
    /// <summary>The lines under a line of heads.</summary>
    /// <param name="report">The run.</param>
    /// <param name="from">Seconds from which on.</param>
    /// <param name="until">Seconds until which.</param>
    /// <param name="devices">Devices whose lines are wanted; none for all.</param>
    public static string Of(RunReport report, double from, double until, IReadOnlyCollection<string> devices)
    {
        var text = new StringBuilder($"{"time (s)",16}  {"took (s)",14}  {"device",-13}  {"what",-36}  {"bytes",13}  stage\n");
        foreach (var line in All(report).Where(line => line.At >= from && line.At <= until && (devices.Count == 0 || devices.Contains(line.Device))).OrderBy(line => line.At))
        {
            var (took, bytes) = (line.Seconds?.ToString("F6", CultureInfo.InvariantCulture), line.Bytes > 0 ? line.Bytes.ToString("#,0", CultureInfo.InvariantCulture) : "");
            text.Append(string.Create(CultureInfo.InvariantCulture, $"{line.At,16:F6}  {took,14}  {line.Device,-13}  {line.What,-36}  {bytes,13}  {line.Stage}").TrimEnd()).Append('\n');
        }

        return text.ToString();
    }

    private static IEnumerable<Line> All(RunReport report) =>
    [
        .. report.Timeline.Select(span => new Line(span.From, span.Until - span.From, span.Device, Words(span), span.Bytes, span.Round > 0 ? FormattableString.Invariant($"{span.Stage} {span.Round}") : span.Stage)),
        .. report.Rounds.Select(round => new Line(
            round.VirtualSeconds, null, "aggregator", FormattableString.Invariant($"round ended, loss {round.TrainLoss:F4}"), 0, FormattableString.Invariant($"{round.Stage} {round.Round}"))),
        .. report.Crashes.Select(crash => new Line(crash.VirtualSeconds, null, crash.Device, $"crashed: {crash.Reason}", 0, "")),
    ];

    private static string Words(SpanRecord span) => span.Kind switch
    {
        "send" => $"> {span.What}",
        "receive-wait" => span.What.Length > 0 ? $"< waited for {span.What}" : "  waited",
        "compute" => $"* computed {span.What}",
        _ => $"! down: {span.What}",
    };

    private sealed record Line(double At, double? Seconds, string Device, string What, long Bytes, string Stage);
}
