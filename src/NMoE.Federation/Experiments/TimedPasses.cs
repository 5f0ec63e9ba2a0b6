using System.Collections.Immutable;
using NMoE.Federation.Measurement;
using NMoE.Federation.Records;
using NMoE.Federation.Roles;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Experiments;

/// <summary>The passes of a run whose times alone count: bytes, latencies and who stood in, and no accuracies. Who was asked was drawn, so that nothing is said of it.</summary>
internal static class TimedPasses
{
    /// <summary>A record for each pass that somebody answered.</summary>
    public static ImmutableArray<PassRecord> Of(Plan plan, RunObserver observed, Ledger ledger)
    {
        var traffic = ledger.Sums.GroupBy(item => item.Key.Stage, StringComparer.Ordinal).ToDictionary(stage => stage.Key, stage => stage.Sum(item => item.Entry.Traffic), StringComparer.Ordinal);
        var answers = observed.Answers.Values.ToLookup(answer => answer.Pass);
        return
        [
            .. plan.Pipeline.Serving.Passes.Select((pass, number) => (Pass: pass, Number: number)).Where(item => answers.Contains(item.Number))
                .Select(item => RecordOf(plan, item.Pass, [.. answers[item.Number]], traffic.GetValueOrDefault(item.Pass.Stage), Latency.MeanSeconds(observed.Latencies(item.Number)))),
        ];
    }

    private static PassRecord RecordOf(Plan plan, InferencePass pass, PassAnswered[] answers, long bytes, double latency)
    {
        double pairs = answers.Sum(answer => (long)answer.Answered.Length), samples = answers.Sum(answer => (long)plan.Deal.TestRows(answer.Client, pass.Test));
        var degraded = answers.Sum(answer => answer.Chosen.Zip(answer.Answered).LongCount(pair => pair.First != pair.Second));
        return new(
            pass.Gate, pass.TestName, double.NaN, null, null, double.NaN, null, null,
            answers.Sum(answer => answer.Chosen.LongCount(expert => expert == answer.Client)) / pairs, bytes / samples, degraded / pairs, latency, [])
        {
            Note = answers.Length < plan.Deal.Clients ? FormattableString.Invariant($"answered by {answers.Length} of {plan.Deal.Clients} clients") : null,
        };
    }
}
