using System.Collections.Immutable;
using NMoE.Federation.Protocol;
using NMoE.Learning.Gates;

namespace NMoE.Federation.Records;

/// <summary>What had been spent when something was trained.</summary>
/// <param name="VirtualSeconds">When that was, in seconds.</param>
/// <param name="Bytes">Bytes that had left their senders for it, those sent again included.</param>
/// <param name="Joules">What all devices had spent by then; null where they spend none.</param>
public sealed record Spent(double VirtualSeconds, long Bytes, double? Joules);

/// <summary>What it took to come to what a run reached.</summary>
public static class Spending
{
    private const string ServingStages = "inference/";

    /// <summary>All the training that a gate needs: not another gate's, and no serving. Joules are those of all devices until its end.</summary>
    /// <param name="report">The run.</param>
    /// <param name="gate">A gate that serves.</param>
    public static Spent Trained(RunReport report, string gate)
    {
        ArgumentNullException.ThrowIfNull(report);
        var rounds = report.Rounds.Where(round => Needs(gate, round.Stage)).Select(round => (round.VirtualSeconds, round.JoulesSoFar));
        var ends = report.Experts is { } experts ? rounds.Append((experts.VirtualSeconds, experts.JoulesSoFar)) : rounds;
        var (seconds, joules) = ends.DefaultIfEmpty().MaxBy(end => end.VirtualSeconds);
        return new(seconds, report.Ledger.Where(entry => Needs(gate, entry.Stage)).Sum(entry => entry.Sent + entry.Retransmitted), joules);
    }

    /// <summary>What it took to reach accuracies.</summary>
    /// <param name="report">The run.</param>
    /// <param name="targets">The accuracies, 0..1.</param>
    /// <param name="gates">The gates that served; references, which no device has, are left out.</param>
    /// <returns>For each accuracy a record of the global model, where it was scored, and of each gate on each test set.</returns>
    public static ImmutableArray<TargetRecord> Of(RunReport report, ImmutableArray<double> targets, Func<PassRecord, bool> gates)
    {
        ArgumentNullException.ThrowIfNull(report);
        var scored = report.Rounds.Where(round => round is { Stage: Stages.Extractor, Accuracy: not null }).ToImmutableArray();
        return
        [
            .. from target in targets
               from record in (scored.IsEmpty ? [] : new[] { OfRounds(scored, target, TestOf(report)) }).Concat(report.Passes.Where(gates).Select(pass => OfGate(report, pass, target)))
               select record,
        ];
    }

    /// <summary>The test set of stage 1's scores: the one that is as trained, where there is one; empty where nothing was served.</summary>
    public static string TestOf(RunReport report) => report?.Passes.Select(pass => pass.Test).Distinct().OrderByDescending(test => test == "same").FirstOrDefault() ?? "";

    private static TargetRecord OfRounds(ImmutableArray<RoundRecord> scored, double target, string test)
    {
        var first = scored.FirstOrDefault(round => round.Accuracy >= target);
        return new(target, TargetRecord.GlobalModel, test, scored.Max(round => round.Accuracy!.Value), first?.VirtualSeconds, first?.BytesSoFar, first?.JoulesSoFar);
    }

    private static TargetRecord OfGate(RunReport report, PassRecord pass, double target)
    {
        var spent = pass.Accuracy >= target ? Trained(report, pass.Gate) : null;
        return new(target, pass.Gate, pass.Test, pass.Accuracy, spent?.VirtualSeconds, spent?.Bytes, spent?.Joules);
    }

    private static bool Needs(string gate, string stage) =>
        !stage.StartsWith(ServingStages, StringComparison.Ordinal) && (!Stages.Gates.Contains(stage) || Gates.All.FirstOrDefault(known => known.Name == gate)?.Source == stage);
}
