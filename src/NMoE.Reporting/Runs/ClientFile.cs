using System.Globalization;
using System.Text;
using NMoE.Federation.Records;
using NMoE.Reporting.Files;

namespace NMoE.Reporting.Runs;

/// <summary>What there is of each client, for people and other programs: its pictures by class as <c>classes.csv</c>, its accuracies as <c>clients.csv</c>. What is read back stands in <c>report.json</c>.</summary>
internal static class ClientFile
{
    /// <summary>The first line of <c>clients.csv</c>.</summary>
    public const string Header = "gate,test,client,pictures,accuracy";

    /// <summary>The first line of <c>classes.csv</c>.</summary>
    public const string ClassHeader = "set,client,class,pictures";

    /// <summary>Accuracies: a line a gate, test set and client.</summary>
    public static string Write(RunReport report)
    {
        var lines = new StringBuilder(Header).Append('\n');
        foreach (var client in report.Clients)
            lines.Append(CultureInfo.InvariantCulture, $"{Csv.Quote(client.Gate)},{Csv.Quote(client.Test)},client-{client.Client},{client.Pictures},{client.Accuracy:R}\n");
        return lines.ToString();
    }

    /// <summary>Pictures: a line a set, client and class.</summary>
    public static string WriteClasses(RunReport report)
    {
        var lines = new StringBuilder(ClassHeader).Append('\n');
        foreach (var dealt in report.Dealt)
        {
            foreach (var (client, classes) in (dealt.Classes ?? []).Index())
            {
                foreach (var (label, pictures) in classes.Index())
                    lines.Append(CultureInfo.InvariantCulture, $"{Csv.Quote(dealt.Set)},client-{client},{label},{pictures}\n");
            }
        }

        return lines.ToString();
    }
}
