using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using NMoE.Federation.Records;
using NMoE.Reporting.Files;

namespace NMoE.Reporting.Runs;

/// <summary>Energy of devices as <c>energy.csv</c>, for people and other programs: a header, and a line for each device. What is read back stands in <c>report.json</c>.</summary>
internal static class EnergyFile
{
    /// <summary>The first line.</summary>
    public const string Header = "device,sent,received,radio-seconds,flop,radio-joules,compute-joules,transmit-joules,receive-joules,on-joules,tail-seconds,tail-joules,sleep-joules,idle-joules";

    /// <summary>The file.</summary>
    public static string Write(ImmutableArray<EnergyRecord> devices)
    {
        var lines = new StringBuilder(Header).Append('\n');
        foreach (var device in devices)
        {
            lines.Append(CultureInfo.InvariantCulture, $"{Csv.Quote(device.Device)},{device.SentBytes},{device.ReceivedBytes},");
            lines.Append(CultureInfo.InvariantCulture, $"{device.RadioSeconds:R},{device.Flops:R},{device.RadioJoules:R},{device.ComputeJoules:R},");
            lines.Append(CultureInfo.InvariantCulture, $"{device.TransmitJoules:R},{device.ReceiveJoules:R},{device.OnJoules:R},{device.TailSeconds:R},{device.TailJoules:R},{device.SleepJoules:R},{device.IdleJoules:R}\n");
        }

        return lines.ToString();
    }
}
