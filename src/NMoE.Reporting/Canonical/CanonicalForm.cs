using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using NMoE.Federation.Records;
using NMoE.Reporting.Files;

namespace NMoE.Reporting.Canonical;

/// <summary>
/// The one spelling of a run's results. It is hashed, and it is the content of <c>metrics.jsonl</c> and <c>ledger.csv</c>, so that
/// <c>sha256sum</c> checks a manifest. UTF-8, a line feed after each line, numbers in the shortest form that reads back to the same bits
/// (.NET's "R"), no culture.
/// </summary>
public static class CanonicalForm
{
    private const string LedgerHeader = "stage,from,to,kind,messages,sent,delivered,lost,duplicated,retransmitted,wasted,messages_duplicated,messages_delivered,messages_lost";
    private const string UsesHeader = ",channel_uses";
    private const int WrittenAtOnce = 1 << 16;
    private static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>A line of JSON for each round, pass, comparison, accuracy that was asked for, client's privacy, device's energy, stage that waited and client that gates could not choose, in the report's order; its first member, <c>line</c>, says which.</summary>
    /// <param name="report">The report; its name is not part of the form.</param>
    public static byte[] Metrics(RunReport report)
    {
        var lines = new StringBuilder();
        if (report.TimesAlone)
            Append(lines, "rehearsed", new Rehearsed(Rehearsed.Words));
        foreach (var round in report.Rounds)
            Append(lines, "round", round);
        foreach (var pass in report.Passes)
            Append(lines, "pass", ReportJson.WithRouting(pass));
        foreach (var comparison in report.Comparisons)
            Append(lines, "comparison", comparison);
        foreach (var target in report.Targets)
            Append(lines, "target", target);
        foreach (var kind in report.Kinds ?? [])
            Append(lines, "kind", kind);
        foreach (var privacy in report.Privacy)
            Append(lines, "privacy", privacy);
        foreach (var energy in report.Energy)
            Append(lines, "energy", energy);
        foreach (var wait in report.Waiting?.Stages ?? [])
            Append(lines, "wait", wait);
        foreach (var unchoosable in report.Unchoosable)
            Append(lines, "unchoosable", unchoosable);
        return Encoding.UTF8.GetBytes(lines.ToString());
    }

    /// <summary>A header and a line for each entry, in the ledger's order; RFC 4180 quoting. Channel uses are a column where there are any.</summary>
    /// <param name="ledger">The ledger.</param>
    public static byte[] Ledger(ImmutableArray<LedgerRecord> ledger)
    {
        using var stream = new MemoryStream();
        WriteLedger(stream, ledger);
        return stream.ToArray();
    }

    /// <summary>The same, entry by entry: many clients have millions.</summary>
    /// <param name="stream">Where it goes.</param>
    /// <param name="ledger">The ledger.</param>
    internal static void WriteLedger(Stream stream, ImmutableArray<LedgerRecord> ledger)
    {
        using var lines = new StreamWriter(stream, s_utf8, WrittenAtOnce, leaveOpen: true);
        var hasUses = ledger.Any(entry => entry.ChannelUses > 0);
        lines.Write(LedgerHeader + (hasUses ? UsesHeader : "") + "\n");
        var line = new StringBuilder();
        foreach (var entry in ledger)
        {
            line.Append(CultureInfo.InvariantCulture, $"{Csv.Quote(entry.Stage)},{Csv.Quote(entry.From)},{Csv.Quote(entry.To)},{Csv.Quote(entry.Kind)},");
            line.Append(CultureInfo.InvariantCulture, $"{entry.Messages},{entry.Sent},{entry.Delivered},{entry.Lost},");
            line.Append(CultureInfo.InvariantCulture, $"{entry.Duplicated},{entry.Retransmitted},{entry.Wasted},");
            line.Append(CultureInfo.InvariantCulture, $"{entry.MessagesDuplicated},{entry.MessagesDelivered},{entry.MessagesLost}");
            _ = hasUses ? line.Append(CultureInfo.InvariantCulture, $",{entry.ChannelUses}\n") : line.Append('\n');
            lines.Write(line);
            line.Clear();
        }
    }

    /// <summary>One line of JSON with its line feed.</summary>
    /// <param name="kind">Its first member, <c>line</c>.</param>
    /// <param name="record">Its other members.</param>
    internal static string Line<T>(string kind, T record)
    {
        var line = new JsonObject { ["line"] = kind };
        foreach (var (name, value) in JsonSerializer.SerializeToNode(record, RunJson.Line)!.AsObject())
            line[name] = value?.DeepClone();
        return line.ToJsonString(RunJson.Line) + "\n";
    }

    /// <summary>What a rehearsed run says first.</summary>
    internal sealed record Rehearsed(string Note)
    {
        /// <summary>For whoever reads.</summary>
        public const string Words = "nothing was learned: times, bytes and failures alone";
    }

    private static void Append<T>(StringBuilder lines, string kind, T record) => lines.Append(Line(kind, record));
}
