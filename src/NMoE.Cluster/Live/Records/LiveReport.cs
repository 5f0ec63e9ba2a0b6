using System.Collections.Immutable;
using NMoE.Cluster.Live.Hosting;
using NMoE.Compute.Blobs;
using NMoE.Compute.Execution;
using NMoE.Federation.Algorithms;
using NMoE.Federation.Devices;
using NMoE.Federation.Experiments;
using NMoE.Federation.Measurement;
using NMoE.Federation.Protocol;
using NMoE.Federation.Records;
using NMoE.Federation.Roles;
using NMoE.Simulation.Network;

namespace NMoE.Cluster.Live.Records;

/// <summary>
/// The report of a live run, by the same measurement that a simulated run has: what was seen and counted is shown to it again in the order of time. It is made once the run is over,
/// so that scoring takes no node's time.
/// </summary>
/// <param name="plan">The experiment.</param>
/// <param name="executor">Runs evaluation jobs.</param>
public sealed class LiveReport(Plan plan, IExecutor executor)
{
    /// <summary>Makes the report.</summary>
    /// <param name="history">What was seen and counted.</param>
    /// <param name="progress">Told of each step.</param>
    /// <param name="cancellation">Ends a wait.</param>
    /// <returns>Records, and the final models by file name.</returns>
    public (RunReport Report, ImmutableArray<(string Name, BlobRef Model)> Models) Of(LiveHistory history, Action<Progress> progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(history);
        var measured = Measurable(history);
        var ledger = new Ledger();
        var observer = new RunObserver(measured, executor, ledger, TestShards.Deal(measured, executor, cancellation), progress);
        Replay(history, observer, ledger);
        var report = new Reports(measured, executor, _ => { }, cancellation).Of(observer, ledger) with
        {
            Clock = RunReport.WallClock,
            Waiting = observer.Waits.Record(history.Seen.Select(seen => seen.At).LastOrDefault()),
        };
        return (report, [.. FinalModels.Of(plan.Model, observer).Where(item => !history.Missing.Contains(item.Model.Hash))]);
    }

    /// <summary>Models whose node was lost cannot be scored: then the last round's alone is, and without that nothing.</summary>
    private Plan Measurable(LiveHistory history)
    {
        if (history.Missing.IsEmpty)
        {
            return plan;
        }

        var last = history.Seen.Select(item => item.What).OfType<RoundEnded>().LastOrDefault(round => round.Stage == Stages.Extractor);
        var isLastThere = last is not null && !last.Model.Any(model => history.Missing.Contains(model.Hash));
        var evaluation = plan.Settings.Evaluation with { Enabled = plan.Settings.Evaluation.Enabled && isLastThere, EveryRounds = int.MaxValue };
        return Plans.Of(plan.Settings with { Evaluation = evaluation }, plan.Deal.Data) with { Seeds = plan.Seeds };
    }

    private static void Replay(LiveHistory history, IObserver observer, Ledger ledger)
    {
        var counted = 0;
        foreach (var seen in history.Seen.Where(seen => !IsMissing(seen.What, history.Missing)))
        {
            for (; counted < history.Counts.Length && history.Counts[counted].At.CompareTo(seen.At) <= 0; counted++)
            {
                ledger.Add(history.Counts[counted].Key, history.Counts[counted].More);
            }

            observer.Observe(seen.At, seen.What);
        }

        foreach (var (_, key, more) in history.Counts[counted..])
        {
            ledger.Add(key, more);
        }
    }

    private static bool IsMissing(Observation what, ImmutableSortedSet<BlobHash> missing) => what switch
    {
        ExpertTrained expert => missing.Contains(expert.Expert.Hash) || missing.Contains(expert.Extractor.Hash),
        PassAnswered answered => missing.Contains(answered.Probabilities.Hash),
        _ => false,
    };
}
