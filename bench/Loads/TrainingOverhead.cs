using System.Diagnostics;
using NMoE.Cli.Running;
using NMoE.Compute.Execution;
using NMoE.Compute.Store;
using NMoE.Federation.Algorithms;
using NMoE.Federation.Experiments;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Learning.Data;
using NMoE.Learning.Devices;
using NMoE.Learning.Identity;
using NMoE.Learning.Registry;

namespace NMoE.Bench.Loads;

/// <summary>
/// What jobs, store and actors add to training: one client's rounds of one epoch of 2500 pictures at width 16, hashed and written to
/// disk, beside the same epochs in a bare loop over TorchSharp on the same thread count, in one program.
/// </summary>
internal static class TrainingOverhead
{
    private const int Rounds = 3;

    /// <summary>Seconds of stage 1 each way, alternated after one unmeasured pair.</summary>
    public static IEnumerable<(double Bare, double Simulated)> Measure(int pairs, CancellationToken cancellation)
    {
        TorchThreads.Prepare();
        var fingerprintOf = Fingerprint.OfThisMachine(LearningFunctions.All(new DataCatalog(null)), ComputeDevice.Cpu);
        var bareLoop = new ProbeJobs(PlanOf(new DataCatalog(null)).Model.Spec, 2500);
        for (var pair = 0; pair <= pairs; pair++)
        {
            var start = Stopwatch.GetTimestamp();
            bareLoop.TrainBare(32, Rounds, cancellation);
            var bare = Stopwatch.GetElapsedTime(start).TotalSeconds;
            var simulated = Simulated(fingerprintOf, cancellation);
            if (pair > 0)
            {
                yield return (bare, simulated);
            }
        }
    }

    private static Plan PlanOf(DataCatalog catalog)
    {
        var settings = ExperimentFile.Reference(
            "experiment.clients=1", "data.train-per-client=2500", "data.test-per-client=100", FormattableString.Invariant($"extractor.rounds={Rounds}"),
            "extractor.epochs=1", "extractor.batch=32", "expert.epochs=1", "inference.gates=[localgate]", "evaluation.enabled=off").Settings;
        return Plans.Of(settings, catalog.Open(GeneratedData.DataName, settings.Seed, settings.Data.Reading).Spec);
    }

    /// <summary>Stage 1 through a whole world with a cold store, from the first round's start to the last one's end.</summary>
    private static double Simulated(Func<string, string> fingerprintOf, CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("nmoe-bench-");
        try
        {
            var catalog = new DataCatalog(null);
            var store = new JobStore(new StoreSettings(folder.FullName, long.MaxValue) { RecentBytes = Places.RecentBytes });
            var marks = new List<long>();
            using var executor = new LocalExecutor(
                store, LearningFunctions.All(catalog), fingerprintOf, 1, TorchThreads.Prepare,
                (job, _, _) =>
                {
                    if (job.Kind is "shard" or "init")
                    {
                        marks.Clear();
                        marks.Add(Stopwatch.GetTimestamp());
                    }
                },
                cancellation);
            long ended = 0;
            new Experiment(PlanOf(catalog), executor, at => ended = at.Stage == Stages.Extractor ? Stopwatch.GetTimestamp() : ended).Run(cancellation);
            return Stopwatch.GetElapsedTime(marks[0], ended).TotalSeconds;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
