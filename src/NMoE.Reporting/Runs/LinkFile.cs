using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using NMoE.Federation.Records;

namespace NMoE.Reporting.Runs;

/// <summary>Bytes over links as <c>links.csv</c>: a header, and a line for each interval; times in seconds, bytes of clients as a mean over all of them.</summary>
internal static class LinkFile
{
    /// <summary>The first line.</summary>
    public const string Header = "from,until,aggregator-up,aggregator-down,client-up,client-down";

    /// <summary>The file.</summary>
    public static string Write(ImmutableArray<LinkRecord> links)
    {
        var lines = new StringBuilder(Header).Append('\n');
        foreach (var link in links)
        {
            lines.Append(CultureInfo.InvariantCulture, $"{link.From:R},{link.Until:R},");
            lines.Append(CultureInfo.InvariantCulture, $"{link.AggregatorUp:R},{link.AggregatorDown:R},{link.ClientUp:R},{link.ClientDown:R}\n");
        }

        return lines.ToString();
    }

    /// <summary>An interval from its fields; null where they are none.</summary>
    public static LinkRecord? Read(string[] fields)
    {
        double[] numbers =
            [.. fields.Select(field => double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : double.NaN)];
        return numbers.Length == 6 && numbers.All(double.IsFinite)
            ? new LinkRecord(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5])
            : null;
    }
}
