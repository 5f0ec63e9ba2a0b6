using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using NMoE.Federation.Records;
using NMoE.Reporting.Files;

namespace NMoE.Reporting.Runs;

/// <summary>Spans of devices as <c>timeline.csv</c>: a header, and a line for each span in the report's order; times in seconds to the tick (100 ns).</summary>
internal static class SpanFile
{
    /// <summary>The first line.</summary>
    public const string Header = "stage,round,device,kind,what,from,until,bytes";

    /// <summary>The file.</summary>
    public static string Write(ImmutableArray<SpanRecord> spans)
    {
        var lines = new StringBuilder(Header).Append('\n');
        foreach (var span in spans)
        {
            lines.Append(CultureInfo.InvariantCulture, $"{Csv.Quote(span.Stage)},{span.Round},{Csv.Quote(span.Device)},{span.Kind},{Csv.Quote(span.What)},");
            lines.Append(CultureInfo.InvariantCulture, $"{span.From:F7},{span.Until:F7},{span.Bytes}\n");
        }

        return lines.ToString();
    }

    /// <summary>A span from its fields; null where they are none.</summary>
    public static SpanRecord? Read(string[] fields) =>
        fields is [var stage, var round, var device, var kind, var what, var from, var until, var bytes]
        && int.TryParse(round, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && double.TryParse(from, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var begun)
        && double.TryParse(until, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var ended)
        && long.TryParse(bytes, NumberStyles.None, CultureInfo.InvariantCulture, out var size)
            ? new SpanRecord(stage, number, device, kind, what, begun, ended, size)
            : null;
}
