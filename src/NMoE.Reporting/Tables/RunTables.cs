using System.Collections.Immutable;
using System.Globalization;
using NMoE.Federation.Records;
using NMoE.Reporting.Figures;
using NMoE.Simulation;

namespace NMoE.Reporting.Tables;

/// <summary>A report's records as tables.</summary>
internal static class RunTables
{
    private const string None = "-";

    /// <summary>Every table that has rows.</summary>
    public static ImmutableArray<Table> All(RunReport report) =>
        [
            .. new[]
            {
                Passes(report), TargetTable.Of(report), ClientTable.Accuracies(report), KindTable.Of(report), Routing(report), Favourites(report), Comparisons(report), Dealt(report), ClientTable.Classes(report), Privacy(report), Updates(report), Crashes(report), WaitTable.Of(report), Unchoosable(report), Off(report), Moves(report), StageTable.Of(report), Energy(report), SiteTable.Of(report), Ledger(report),
            }.Where(table => !table.Rows.IsEmpty),
        ];

    /// <summary>A row for each pass.</summary>
    public static Table Passes(RunReport report) => new(
        "Inference",
        [
            Words("Test"), Words("Gate"), Number("Accuracy (%)"), Number("Macro-F1 (%)"), Number("AUC (%)"), Number("Client accuracy (%)"),
            Number("Local ratio (%)"), Number("Bytes/sample"), Number("Degraded (%)"), Number("Latency (ms)"),
        ],
        [.. report.Passes.Select(PassRow)]);

    /// <summary>Where samples went, a row for each pass that chose: of log2 n bits where all n experts have as much.</summary>
    public static Table Routing(RunReport report) => new(
        "Routing (entropy of the experts' shares: 0 where one has all samples; mutual information of true class and expert: 0 where the class says nothing of the expert)",
        [Words("Test"), Words("Gate"), Number("Entropy (bits)"), Number("Mutual information (bits)"), Number("Largest share (%)"), Words("Whose")],
        [
            .. report.Passes.Where(pass => pass.ClassRouting is not null).Select(pass => ImmutableArray.Create(
                pass.Test, Names.OfPass(pass), FormattableString.Invariant($"{pass.RoutingEntropy:F2} of {Math.Log2(pass.ClassRouting!.Value[0].Length):F2}"),
                FormattableString.Invariant($"{pass.MutualInformation:F2}"), Percent(pass.LargestShare), FormattableString.Invariant($"client-{pass.Favourite}"))),
        ]);

    /// <summary>How the favourite moved over the gate's rounds: a row for each stretch of rounds with the same one.</summary>
    public static Table Favourites(RunReport report)
    {
        var stretches = new List<List<RoundRecord>>();
        foreach (var round in report.Rounds.Where(round => round.Favourite is not null))
        {
            if (stretches.Count == 0 || stretches[^1][^1].Favourite != round.Favourite)
                stretches.Add([]);
            stretches[^1].Add(round);
        }

        return new(
            "The gate's favourite over its rounds (the expert that it sends most test samples to)",
            [Words("Rounds"), Words("Favourite"), Number("Share at first (%)"), Number("At last (%)")],
            [
                .. stretches.Select(rounds => ImmutableArray.Create(
                    rounds.Count == 1 ? Whole(rounds[0].Round) : FormattableString.Invariant($"{rounds[0].Round} to {rounds[^1].Round}"),
                    FormattableString.Invariant($"client-{rounds[0].Favourite}"), Percent(rounds[0].LargestShare), Percent(rounds[^1].LargestShare))),
            ]);
    }

    /// <summary>A row for each paired comparison, in percentage points.</summary>
    public static Table Comparisons(RunReport report) => new(
        "Paired comparisons over the same test pictures",
        [Words("Test"), Words("First"), Words("Second"), Number("Difference (points)"), Number("95 %, these clients"), Number("95 %, other clients"), Words("Verdict on this training")],
        [.. report.Comparisons.Select(ComparisonRow)]);

    /// <summary>How pictures were dealt: a row for the training shards and each test set.</summary>
    public static Table Dealt(RunReport report) => new(
        "Data (largest distance between a client's class shares and those drawn for it, or in the test set 'same' those of its training data: 0 equal, 1 no class in common)",
        [Words("Set"), Words("Partition"), Number("Pictures/client"), Number("Asked for"), Number("Largest distance"), Words("Of")],
        [.. report.Dealt.Select(dealt => ImmutableArray.Create(
            dealt.Set, PartitionOf(dealt), dealt.Fewest is { } fewest ? $"{Whole(fewest)} to {Whole(dealt.PerClient)}" : Whole(dealt.PerClient), Whole(dealt.Asked), dealt.Largest is { } largest ? Fixed(largest, "F3") : None,
            dealt.Client is { } client ? FormattableString.Invariant($"client-{client}") : None))]);

    /// <summary>A partition, whom it gives nothing, and what it gives nobody.</summary>
    private static string PartitionOf(DealtRecord dealt) => dealt.Partition
        + (dealt.LeftOut is { } leftOut ? FormattableString.Invariant($" ({leftOut} pictures left out)") : "")
        + (dealt.Empty is { } empty ? $", nothing for {Listing.Of([.. empty.Select(client => FormattableString.Invariant($"client-{client}"))])}" : "");

    /// <summary>What FedSC's matrices cost the clients' privacy: a row for all clients that paid the same.</summary>
    public static Table Privacy(RunReport report) => new(
        $"Privacy of correlation matrices (the noise follows from {NoiseFrom(report)}; weights, latents, logits and the gate are not protected{Worst(report)})",
        [Words("Clients"), Number("Releases"), Number("Sigma"), Number("Epsilon"), Number("Delta")],
        [
            .. report.Privacy.GroupBy(record => (record.Releases, record.Sigma, record.Epsilon, record.Delta)).Select(group => ImmutableArray.Create(
                Listing.Of([.. group.Select(record => FormattableString.Invariant($"client-{record.Client}"))]), Whole(group.Key.Releases), Digits(group.Key.Sigma, "none"),
                Digits(group.Key.Epsilon, "no privacy"), Digits(group.Key.Delta, None))),
        ]);

    /// <summary>Clients with fewer pictures pay more, where all add the same noise.</summary>
    private static string Worst(RunReport report) => report.Privacy is [{ Epsilon: not null }, ..] paid && paid.Select(record => record.Epsilon).Distinct().Skip(1).Any() && paid.MaxBy(record => record.Epsilon) is { } worst
        ? FormattableString.Invariant($"; the largest epsilon is {Digits(worst.Epsilon, "")}, of client-{worst.Client}")
        : "";

    private static string NoiseFrom(RunReport report) =>
        report.NoiseSecret is { } place ? $"a secret that its owner alone may read, {place}" : "the seed";

    /// <summary>What became of the clients' updates, where something went wrong.</summary>
    public static Table Updates(RunReport report) => new(
        "Updates of clients (sent and copies = delivered + lost + on their way; delivered = counted + refused)",
        [Number("Sent"), Number("Copies"), Number("Delivered"), Number("Lost"), Number("Lost (B)"), Number("Counted"), Number("Refused")],
        report.Updates is { } updates && (updates.Sent != updates.Counted || updates.Copies > 0 || !report.Crashes.IsEmpty)
            ?
            [
                [
                    Whole(updates.Sent), Whole(updates.Copies), Whole(updates.Delivered), Whole(updates.Lost), Whole(updates.LostBytes), Whole(updates.Counted),
                    Whole(updates.Delivered - updates.Counted),
                ],
            ]
            : []);

    /// <summary>A row for each device that crashed.</summary>
    public static Table Crashes(RunReport report) => new(
        report.Left.IsEmpty ? "Crashes" : $"Crashes (left without a model to serve with: {Listing.Of([.. report.Left.Select(client => FormattableString.Invariant($"client-{client}"))])})",
        [Words("Device"), Number("Crashes"), Number("First (s)"), Number("Last (s)"), Words("Why"), Words("Came back")],
        [
            .. report.Crashes.GroupBy(crash => crash.Device).Select(group => ImmutableArray.Create(
                group.Key, Whole(group.Count()), Fixed(group.First().VirtualSeconds, "F1"), Fixed(group.Last().VirtualSeconds, "F1"),
                Listing.Of([.. group.Select(crash => crash.Reason).Distinct()], "; "), group.Last().Returns ? "yes" : "no")),
        ]);

    /// <summary>A row for each client whose expert gates could not choose.</summary>
    public static Table Unchoosable(RunReport report) => new(
        "Experts that gates could not choose",
        [Words("Device"), Words("Why")],
        [.. report.Unchoosable.Select(record => ImmutableArray.Create(FormattableString.Invariant($"client-{record.Client}"), record.Why))]);

    /// <summary>A row for all devices that traces took off for good at one time; the ten earliest times, and the last.</summary>
    public static Table Off(RunReport report)
    {
        var groups = report.Off.GroupBy(off => off.SinceSeconds).OrderBy(group => group.Key).ToArray();
        return new(
            FormattableString.Invariant($"Off for good by their traces ({report.Off.Length} devices, the last since {(groups.Length > 0 ? groups[^1].Key : 0):0.###} s)"),
            [Number("Since (s)"), Number("Devices"), Words("Which")],
            [
                .. groups.Take(Listing.Most).Select(group => ImmutableArray.Create(
                    Fixed(group.Key, "0.###"), Whole(group.Count()), Listing.Of([.. group.Select(off => off.Device)]))),
            ]);
    }

    /// <summary>A row for each move of the aggregator; above it what it took to be able to move.</summary>
    public static Table Moves(RunReport report) => new(
        report.Moves is { } moved
            ? FormattableString.Invariant($"Moves of the aggregator ({moved.Checkpoints} checkpoints of {moved.CheckpointBytes} B were sent; {moved.Missed} times something was published before another place had one)")
            : "Moves of the aggregator",
        [Number("At (s)"), Words("To"), Words("Went on with"), Number("Round"), Number("Rounds done again"), Words("Why")],
        report.Moves is { } moves
            ? [.. moves.Moves.Select(move => ImmutableArray.Create(
                Fixed(move.VirtualSeconds, "F1"), move.To, move.Stage, Whole(move.Round), Whole(move.Repeated), move.Reason))]
            : []);

    /// <summary>Sums of the ledger by stage and kind of message, in the ledger's order; what was copied, sent again or wasted only where something was.</summary>
    public static Table Ledger(RunReport report)
    {
        var troubled = report.Ledger.Any(entry => entry.Duplicated + entry.Retransmitted + entry.Wasted > 0);
        ImmutableArray<Column> trouble = troubled ? [Number("Copies (B)"), Number("Sent again (B)"), Number("Wasted (B)")] : [];
        return new(
            "Bytes by stage and kind of message",
            [Words("Stage"), Words("Kind"), Number("Messages"), Number("Sent (B)"), Number("Delivered (B)"), Number("Lost (B)"), .. trouble],
            [
                .. report.Ledger.GroupBy(entry => (entry.Stage, entry.Kind))
                    .Select(group => LedgerRow(group.Key.Stage, group.Key.Kind, [.. group], 6 + trouble.Length)),
            ]);
    }

    /// <summary>One row: what all clients spent together, and the one that spent most.</summary>
    public static Table Energy(RunReport report)
    {
        var spent = report.Energy.Where(device => device.Joules > 0).ToImmutableArray();
        return new(
            "Energy of devices (the radio: bytes sent, bytes received, while transfers are in flight, after them, asleep; computing; the device itself)",
            [
                Number("Devices"), Number("Sent (J)"), Number("Received (J)"), Number("Radio on (J)"), Number("Tail (J)"), Number("Asleep (J)"), Number("Computing (J)"), Number("Idle (J)"), Number("All (J)"),
                Number("Mean (J)"), Number("Most (J)"), Words("By"),
            ],
            spent.IsEmpty ? [] : [EnergyRow(spent)]);
    }

    private static ImmutableArray<string> EnergyRow(ImmutableArray<EnergyRecord> spent)
    {
        var most = spent.MaxBy(device => device.Joules)!;
        string Sum(Func<EnergyRecord, double> joules) => Fixed(spent.Sum(joules), "F1");
        return
        [
            Whole(spent.Length), Sum(device => device.TransmitJoules), Sum(device => device.ReceiveJoules), Sum(device => device.OnJoules), Sum(device => device.TailJoules), Sum(device => device.SleepJoules),
            Sum(device => device.ComputeJoules), Sum(device => device.IdleJoules), Sum(device => device.Joules), Fixed(spent.Average(device => device.Joules), "F1"), Fixed(most.Joules, "F1"), most.Device,
        ];
    }

    private static ImmutableArray<string> PassRow(PassRecord pass)
    {
        // A reference stands outside the network: what it would cost is not a number.
        var served = !Names.IsReference(pass.Gate);
        return
        [
            pass.Test, Names.OfPass(pass), Percent(pass.Accuracy), Percent(pass.MacroF1), Percent(pass.Auc) + Names.Skipped(pass.AucSkipped),
            Percent(pass.ClientAccuracy), Percent(pass.LocalRatio), served ? Fixed(pass.BytesPerSample, "F1") : None, served ? Percent(pass.Degraded) : None,
            served ? Fixed(1000 * pass.MeanLatencySeconds, "F1") : None,
        ];
    }

    private static ImmutableArray<string> ComparisonRow(ComparisonRecord comparison)
    {
        var (first, second) = (Names.OfGate(comparison.First), Names.OfGate(comparison.Second));
        var better = comparison.Difference > 0 ? first : second;
        var verdict = IsTold(comparison.ClientsHalfWidth) ? $"{better} is better" : IsTold(comparison.HalfWidth) ? $"{better} is better on these clients" : "not told apart";
        return [comparison.Test, first, second, Points(comparison.Difference), Interval(comparison.HalfWidth), Interval(comparison.ClientsHalfWidth), verdict];
        bool IsTold(double? half) => half < Math.Abs(comparison.Difference);
        string Interval(double? half) => half is { } known ? $"{Points(comparison.Difference - known)} to {Points(comparison.Difference + known)}" : None;
    }

    private static ImmutableArray<string> LedgerRow(string stage, string kind, ImmutableArray<LedgerRecord> entries, int columns) => ImmutableArray.Create<string>(
    [
        stage, kind, Whole(entries.Sum(entry => entry.Messages)), Whole(entries.Sum(entry => entry.Sent)),
        Whole(entries.Sum(entry => entry.Delivered)), Whole(entries.Sum(entry => entry.Lost)), Whole(entries.Sum(entry => entry.Duplicated)),
        Whole(entries.Sum(entry => entry.Retransmitted)), Whole(entries.Sum(entry => entry.Wasted)),
    ])[..columns];

    private static string Percent(double? share) => share is { } value && double.IsFinite(value) ? Fixed(100 * value, "F2") : None;

    private static string Digits(double? value, string otherwise) => value?.ToString("G6", CultureInfo.InvariantCulture) ?? otherwise;

    private static string Points(double share) => Names.Points(share);

    private static string Whole(long value) => value.ToString("#,0", CultureInfo.InvariantCulture);

    private static string Fixed(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    private static Column Words(string heading) => new(heading, Side.Left);

    private static Column Number(string heading) => new(heading, Side.Right);
}
