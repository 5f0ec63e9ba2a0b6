using System.Globalization;
using System.Text;
using NMoE.Federation.Records;
using NMoE.Reporting.Files;

namespace NMoE.Reporting.Runs;

/// <summary>Rounds as <c>rounds.csv</c>: when each ended and how long it took, in seconds since the run began. In a live run those are seconds of the wall clock.</summary>
internal static class RoundFile
{
    /// <summary>The first line.</summary>
    public const string Header = "stage,round,ended,seconds,bytes,loss,participants";

    /// <summary>The file.</summary>
    public static string Write(RunReport report)
    {
        var (text, before) = (new StringBuilder(Header).Append('\n'), 0.0);
        foreach (var round in report.Rounds)
        {
            text.Append(CultureInfo.InvariantCulture, $"{Csv.Quote(round.Stage)},{round.Round},{round.VirtualSeconds:F7},{round.VirtualSeconds - before:F7},");
            text.Append(CultureInfo.InvariantCulture, $"{round.BytesSoFar},{round.TrainLoss:R},{round.Participants}\n");
            before = round.VirtualSeconds;
        }

        return text.ToString();
    }
}
