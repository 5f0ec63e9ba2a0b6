using System.Collections.Immutable;
using System.Globalization;
using NMoE.Federation.Records;
using NMoE.Reporting.Figures;

namespace NMoE.Reporting.Tables;

/// <summary>What each client has, and what gates reach on its pictures.</summary>
internal static class ClientTable
{
    // A page's height; all stand in the files.
    private const int MostRows = 20;

    // A page's width.
    private const int MostClasses = 12;

    /// <summary>A row for each client, a column for each gate and test set; none of many clients.</summary>
    public static Table Accuracies(RunReport report)
    {
        var passes = report.Clients.Where(client => !Names.IsReference(client.Gate)).Select(client => (client.Gate, client.Test)).Distinct().ToArray();
        var clients = report.Clients.Select(client => client.Client).Distinct().Order().ToArray();
        var tests = passes.Select(pass => pass.Test).Distinct().Count();
        var of = report.Clients.ToLookup(client => (client.Gate, client.Test, client.Client));
        return new(
            "Accuracy by client",
            [new("Client", Side.Left), .. passes.Select(pass => new Column($"{Names.OfGate(pass.Gate)}{(tests > 1 ? $", {pass.Test}" : "")} (%)", Side.Right))],
            clients.Length > MostRows || passes.Length == 0 ? [] : [.. clients.Select(client => (ImmutableArray<string>)
            [
                FormattableString.Invariant($"client-{client}"),
                .. passes.Select(pass => of[(pass.Gate, pass.Test, client)].FirstOrDefault() is { } found ? (100 * found.Accuracy).ToString("F2", CultureInfo.InvariantCulture) : "-"),
            ])]);
    }

    /// <summary>A row for each client's training pictures, a column for each class; none of many clients or classes.</summary>
    public static Table Classes(RunReport report)
    {
        var classes = report.Dealt.FirstOrDefault(dealt => dealt.Set == DealtRecord.Training)?.Classes ?? [];
        var isLarge = classes.Length > MostRows || classes.IsEmpty || classes[0].Length > MostClasses;
        return new(
            "Training pictures by client and class",
            [new("Client", Side.Left), .. isLarge ? [] : Enumerable.Range(0, classes[0].Length).Select(label => new Column(label.ToString(CultureInfo.InvariantCulture), Side.Right)), new("All", Side.Right)],
            isLarge ? [] : [.. classes.Select((client, number) => (ImmutableArray<string>)
            [
                FormattableString.Invariant($"client-{number}"), .. client.Append(client.Sum()).Select(pictures => pictures.ToString("#,0", CultureInfo.InvariantCulture)),
            ])]);
    }
}
