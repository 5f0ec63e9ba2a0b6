using System.Diagnostics;
using NMoE.Cli.Running;
using NMoE.Federation.Algorithms;
using NMoE.Federation.Experiments;
using NMoE.Federation.Rehearsals;
using NMoE.Learning.Data;
using NMoE.Learning.Registry;

namespace NMoE.Bench.Loads;

/// <summary>Federated averaging of a 38.1 MB model over shared links with many clients, time alone: a whole experiment, with a pass of serving in which each client asks its own expert.</summary>
internal static class ScaleLoad
{
    private const double ModelBits = 38.1e6 * 8;
    private const double ServerRate = 100e9;
    private static readonly TimeSpan s_usual = TimeSpan.FromMinutes(10);

    /// <summary>Runs it.</summary>
    /// <param name="clients">Number of clients.</param>
    /// <param name="rounds">Rounds of stage 1.</param>
    /// <param name="patience">How long a client hears of no server before it asks what it missed; null for longer than a round takes.</param>
    /// <param name="cancellation">Stops it.</param>
    public static ScaleRow Measure(int clients, int rounds, TimeSpan? patience, CancellationToken cancellation)
    {
        var catalog = new DataCatalog(null);
        var settings = ExperimentFile.Reference(Sets(clients, rounds, patience ?? LongerThanARound(clients))).Settings;
        var (start, before, paused, allocated) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime, GC.GetTotalPauseDuration(), GC.GetTotalAllocatedBytes());
        var plan = TimesAlone.Of(Plans.Of(settings, catalog.Open(GeneratedData.DataName, settings.Seed, settings.Data.Reading).Spec));
        var outcome = new Experiment(plan, TimesAlone.Executor(plan, LearningFunctions.All(catalog)), _ => { }) { Counts = Counted.TimesAlone }.Run(cancellation);
        var (seconds, processor) = (Stopwatch.GetElapsedTime(start).TotalSeconds, (Environment.CpuUsage.TotalTime - before).TotalSeconds);
        using var process = Process.GetCurrentProcess();
        return new(clients, rounds, seconds, processor, (GC.GetTotalPauseDuration() - paused).TotalSeconds, outcome.Report.Ledger.Sum(line => line.Messages), outcome.Events, GC.GetTotalAllocatedBytes() - allocated, process.PeakWorkingSet64);
    }

    // All models go out through one link of the server, and come back through another. A client that asks within a round that goes on costs messages in proportion to its length, and so n^2 of them in all.
    private static TimeSpan LongerThanARound(int clients)
    {
        var round = TimeSpan.FromSeconds(2 * clients * ModelBits / ServerRate);
        return 2 * round > s_usual ? 2 * round : s_usual;
    }

    // McMahan et al.'s CNN has 38.1 MB on pictures of this size.
    private static string[] Sets(int clients, int rounds, TimeSpan patience) =>
    [
        FormattableString.Invariant($"supervision.patience={patience.TotalSeconds:0} s"),
        FormattableString.Invariant($"experiment.clients={clients}"), FormattableString.Invariant($"extractor.rounds={rounds}"),
        "data.size=68", "data.train-per-client=20", "data.test-per-client=1", "model.extractor=cnn", "model.expert=linear", "expert.start=reuse", "extractor.epochs=1", "extractor.batch=20",
        "channel.model=shared", "channel.server-up=100 Gbit/s", "channel.server-down=100 Gbit/s", "inference.gates=[localgate]", "evaluation.enabled=off",
    ];
}

/// <summary>What a size took.</summary>
/// <param name="Clients">Number of clients.</param>
/// <param name="Rounds">Rounds of stage 1.</param>
/// <param name="Seconds">From the settings to the report.</param>
/// <param name="Processor">Seconds of the processor, which other programs do not lengthen.</param>
/// <param name="Collecting">Seconds of collecting garbage among those.</param>
/// <param name="Transfers">Messages sent over the network.</param>
/// <param name="Events">Events of the trace.</param>
/// <param name="Allocated">Bytes that were allocated, most of them only for a moment.</param>
/// <param name="PeakBytes">The most memory that the process has had.</param>
internal sealed record ScaleRow(int Clients, int Rounds, double Seconds, double Processor, double Collecting, long Transfers, long Events, long Allocated, long PeakBytes);
