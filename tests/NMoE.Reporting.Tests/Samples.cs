using System.Collections.Immutable;
using NMoE.Federation.Records;

namespace NMoE.Reporting.Tests;

/// <summary>Reports such as runs leave.</summary>
internal static class Samples
{
    private static readonly string[] Gates = ["fedgate", "rangate", "localgate", "oraclegate"];

    /// <summary>10 clients, 12 rounds of stage 1 and 10 of stage 3, three gates and the oracle on both test sets.</summary>
    public static RunReport TenClients() => new(
        "cifar10-noniid",
        [.. Enumerable.Range(1, 12).Select(Extractor), .. Enumerable.Range(1, 10).Select(Gate)],
        [.. from test in (string[])["same", "iid"] from gate in Gates select Pass(gate, test, 10)],
        [
            .. from test in (string[])["same", "iid"]
               from other in (string[])["rangate", "localgate"]
               select new ComparisonRecord(test, "fedgate", other, other == "rangate" ? 0.0825 : 0.0312, 0.0071),
        ],
        [
            new LedgerRecord("extractor", "aggregator", "client-1", "train-request", 12, 33_600_000, 33_600_000, 0),
            new LedgerRecord("extractor", "aggregator", "client-2", "train-request", 12, 33_600_000, 30_800_000, 2_800_000),
            new LedgerRecord("extractor", "client-1", "aggregator", "update", 12, 33_612_000, 33_612_000, 0),
            new LedgerRecord("inference/fedgate/iid", "client-1", "client-2", "latents", 40, 819_200, 819_200, 0),
        ]);

    /// <summary>5 clients, 2 rounds, one gate.</summary>
    public static RunReport FiveClients() => new(
        "quickstart", [Extractor(1), Extractor(2)], [Pass("fedgate", "iid", 5)], [],
        [new LedgerRecord("extractor", "client-1", "aggregator", "update", 2, 5_600, 5_600, 0)]);

    /// <summary>One pass of n clients.</summary>
    public static RunReport OfClients(int n) => new("many", [], [Pass("fedgate", "iid", n)], [], []);

    /// <summary>10 clients whose devices were watched: client 3 crashed in round 12, and client 7's uplink is slow.</summary>
    public static RunReport Watched() => TenClients() with
    {
        Timeline = [.. WatchedRound("extractor", 1, 0, 10), .. WatchedRound("extractor", 12, 2300, 10), .. WatchedRound("inference/fedgate/same", 1, 3000, 10), .. WatchedRound("inference/fedgate/iid", 1, 3100, 10)],
        Links = [.. Enumerable.Range(0, 400).Select(i => new LinkRecord(8 * i, 8 * (i + 1), i % 26 < 3 ? 6.2e6 : 0, i % 26 is > 20 and < 24 ? 6.2e6 : 0, i % 26 is > 20 and < 24 ? 6.2e5 : i * 40, i % 26 < 3 ? 6.2e5 : i * 40))],
        Latencies =
        [
            .. from test in (string[])["same", "iid"]
               from gate in Gates.Take(3)
               let scale = gate == "localgate" ? 0.01 : gate == "rangate" ? 0.09 : 0.06
               select new LatencyRecord(
                   gate, test, 80, scale * (1 + Math.Log(2)), scale * (1 + Math.Log(20)), [.. Enumerable.Range(1, 80).Select(i => scale * (1 - Math.Log(1 - ((i - 0.5) / 80))))]),
        ],
    };

    /// <summary>A round of n clients: the model down, training, and updates up.</summary>
    public static IEnumerable<SpanRecord> WatchedRound(string stage, int round, double begin, int clients)
    {
        var end = begin + 210;
        yield return new(stage, round, "aggregator", "send", "TrainRound", begin, begin + 24, 28_000_000);
        yield return new(stage, round, "aggregator", "receive-wait", "RoundUpdate", begin + 24, end - 0.05, 28_000_000);
        yield return new(stage, round, "aggregator", "compute", "average", end - 0.05, end, 0);
        for (var client = 0; client < clients; client++)
        {
            var device = $"client-{client}";
            var trained = begin + 150 + (client % 4);
            yield return new(stage, round, device, "receive-wait", "TrainRound", begin, begin + 24, 2_800_000);
            if (client == 3 && round == 12)
            {
                yield return new(stage, round, device, "compute", "fedce", begin + 24, begin + 90, 0);
                yield return new(stage, round, device, "down", "a fault", begin + 90, begin + 120, 0);
                yield return new(stage, round, device, "receive-wait", "", begin + 120, end, 0);
                continue;
            }

            var sent = trained + (client == 7 ? 58 : 24);
            yield return new(stage, round, device, "compute", "fedce", begin + 24, trained, 0);
            yield return new(stage, round, device, "send", "RoundUpdate", trained, sent, 2_800_000);
            yield return new(stage, round, device, "receive-wait", "", sent, end, 0);
        }
    }

    /// <summary>A run that was stopped before anything was measured.</summary>
    public static RunReport Empty() => new("stopped", [], [], [], []);

    private static RoundRecord Extractor(int round) => new(
        "extractor", round, 210.5 * round, 56_000_000L * round, 2.3 * Math.Exp(-0.18 * round) + 0.25,
        round % 2 == 0 || round == 1 ? 0.62 - (0.5 * Math.Exp(-0.3 * round)) : null, 10);

    private static RoundRecord Gate(int round) => new(
        "gate", round, 2526 + (8.2 * round), 672_000_000L + (1_200_000L * round), 1.9 * Math.Exp(-0.1 * round), null, 7);

    private static PassRecord Pass(string gate, string test, int n)
    {
        var position = Array.IndexOf(Gates, gate);
        var accuracy = new[] { 0.6213, 0.5388, 0.5901, 0.7444 }[position] + (test == "same" ? 0.08 : 0);
        var own = new[] { 0.35, 1.0 / n, 1.0, 0.4 }[position];
        var oracle = gate == "oraclegate";
        return new PassRecord(
            gate, test, accuracy, oracle ? null : accuracy - 0.01, oracle ? null : 0.92, accuracy, oracle ? null : accuracy - 0.02,
            oracle ? null : 0.915, oracle ? null : own, oracle ? 0 : (1 - own) * 2152, 0, oracle ? 0 : 0.0423, Routing(n, own, gate == "fedgate"));
    }

    private static ImmutableArray<ImmutableArray<double>> Routing(int n, double own, bool uneven) =>
        [.. Enumerable.Range(0, n).Select(client => Row(n, client, own, uneven))];

    private static ImmutableArray<double> Row(int n, int client, double own, bool uneven)
    {
        double[] weights = [.. Enumerable.Range(0, n).Select(expert => expert == client ? 0 : uneven ? 1 + ((expert * 7) % 5) : 1.0)];
        var total = weights.Sum();
        return [.. weights.Select((weight, expert) => expert == client ? own : (1 - own) * weight / total)];
    }
}
