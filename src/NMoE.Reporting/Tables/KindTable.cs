using System.Collections.Immutable;
using System.Globalization;
using NMoE.Federation.Records;
using NMoE.Reporting.Figures;
using NMoE.Simulation;

namespace NMoE.Reporting.Tables;

/// <summary>Kinds of devices: what they are, what gates reach on the pictures of their clients, and what they spend.</summary>
internal static class KindTable
{
    private const string None = "-";

    /// <summary>A row for each kind; none where all devices are alike.</summary>
    public static Table Of(RunReport report)
    {
        var kinds = report.Kinds ?? [];
        var passes = report.Clients.Where(client => !Names.IsReference(client.Gate)).Select(client => (client.Gate, client.Test)).Distinct().ToImmutableArray();
        var tests = passes.Select(pass => pass.Test).Distinct().Count();
        var accuracies = report.Clients.ToLookup(client => (client.Gate, client.Test));
        var joules = report.Energy.ToDictionary(device => device.Device, device => device.Joules, StringComparer.Ordinal);
        Column[] spent = joules.Count > 0 ? [new("Mean (J)", Side.Right)] : [];
        Column[] epochs = kinds.Any(kind => kind.Epochs is not null) ? [new("Epochs a round", Side.Left)] : [];
        return new(
            $"Kinds of devices ({string.Join("; ", kinds.Select(Which))})",
            [
                new("Kind", Side.Left), new("Clients", Side.Right), new("GFLOP/s", Side.Right), new("Expert", Side.Left), new("Parameters", Side.Right), .. epochs,
                .. passes.Select(pass => new Column($"{Names.OfGate(pass.Gate)}{(tests > 1 ? $", {pass.Test}" : "")} (%)", Side.Right)), .. spent,
            ],
            [
                .. kinds.Select(kind => (ImmutableArray<string>)
                [
                    kind.Kind, Text(kind.Clients.Length, "#,0"), Text(kind.Compute / 1e9, "0.###"), kind.Expert, Text(kind.Parameters, "#,0"), .. epochs.Select(_ => kind.Epochs ?? None),
                    .. passes.Select(pass => Accuracy(accuracies[pass].Where(client => kind.Clients.BinarySearch(client.Client) >= 0).ToArray())),
                    .. spent.Select(_ => Text(kind.Clients.Average(client => joules.GetValueOrDefault(Client(client))), "F1")),
                ]),
            ]);
    }

    private static string Which(KindRecord kind) => $"{kind.Kind}: {Listing.Of([.. kind.Clients.Select(Client)])}";

    /// <summary>Of all pictures of these clients.</summary>
    private static string Accuracy(ClientAccuracyRecord[] clients) =>
        clients.Sum(client => client.Pictures) is var pictures and > 0 ? Text(100 * clients.Sum(client => client.Accuracy * client.Pictures) / pictures, "F2") : None;

    private static string Client(int client) => FormattableString.Invariant($"client-{client}");

    private static string Text(double number, string format) => number.ToString(format, CultureInfo.InvariantCulture);
}
