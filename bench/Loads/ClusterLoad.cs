using System.Diagnostics;
using NMoE.Cli.Running;
using NMoE.Cluster.Work;
using NMoE.Cluster.Work.Messages;
using NMoE.Compute.Execution;
using NMoE.Compute.Store;
using NMoE.Federation.Algorithms;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Learning.Data;

namespace NMoE.Bench.Loads;

/// <summary>
/// What a cluster costs: rounds of FedCE at width 16 with an empty store, in this process on two threads, beside two worker processes of one thread each on this machine, whose blobs all
/// move over sockets.
/// </summary>
/// <param name="data">Folder of CIFAR-10; null for generated pictures of its size.</param>
/// <param name="rounds">Rounds.</param>
/// <param name="perClient">Pictures of each of the ten clients.</param>
internal sealed class ClusterLoad(string? data, int rounds, int perClient)
{
    /// <summary>Worker processes, and threads of this process.</summary>
    public const int Workers = 2;

    private const int Clients = 10;
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(10);

    /// <summary>Seconds of stage 1 in this process.</summary>
    public double InProcess(CancellationToken cancellation) => InFolder(folder =>
    {
        var (plan, catalog) = Experiment();
        using var executor = Preparation.Executor(plan, catalog, new JobStore(new StoreSettings(folder, long.MaxValue)), Workers, null, cancellation);
        return SecondsOf(plan, executor, cancellation);
    });

    /// <summary>Seconds of stage 1 with two worker processes, and how the run stood in the end.</summary>
    public (double Seconds, WorkStatus Status) OnWorkers(CancellationToken cancellation) => InFolder(folder =>
    {
        var (plan, catalog) = Experiment();
        var store = new JobStore(new StoreSettings(Path.Combine(folder, "store"), long.MaxValue));
        var place = new ClusterPlace(new Endpoint("127.0.0.1", Endpoint.FreePort()), null, s_patience);
        using var carrier = place.Start(plan.Settings.Experiment.Name, [plan], store, _ => { });
        using var executor = Preparation.Executor(plan, catalog, store, 1, null, cancellation, carrier);
        var workers = Enumerable.Range(0, Workers).Select(number => Worker(place.At, Path.Combine(folder, FormattableString.Invariant($"worker-{number}")))).ToArray();
        try
        {
            while (carrier.Status().Workers.Count(worker => worker.Wanted > 0) < Workers)
            {
                cancellation.ThrowIfCancellationRequested();
                if (workers.FirstOrDefault(worker => worker.HasExited) is { } gone)
                    throw new WorkException(FormattableString.Invariant($"A worker of this bench ended with code {gone.ExitCode} before it had begun; what it said stands above."));
                Thread.Sleep(100);
            }

            return (SecondsOf(plan, executor, cancellation), carrier.Status());
        }
        finally
        {
            // The coordinator goes first, in order: it has nobody to miss.
            executor.Dispose();
            carrier.Dispose();
            foreach (var worker in workers)
            {
                worker.Kill(entireProcessTree: true);
                worker.WaitForExit();
                worker.Dispose();
            }
        }
    });

    /// <summary>
    /// How many times as fast as one worker so many would be, computed from what was measured: each job takes <paramref name="job"/> seconds on its worker, and
    /// <paramref name="moving"/> at the coordinator, as if it moved the blobs of one job after the other. A round has ten times as many clients as there are workers.
    /// </summary>
    public static double Speedup(int workers, double job, double moving)
    {
        var clients = 10.0 * workers;
        return clients * job / (Math.Max(clients / workers * job, clients * moving) + moving);
    }

    private Process Worker(Endpoint at, string store)
    {
        var worker = Process.Start(ThisProgram.Again(
        [
            "worker", "--join", at.ToString(), "--threads", "1", "--store", store, .. data is null ? Array.Empty<string>() : ["--data", data],
        ]))!;

        // What nobody reads would fill the pipe and stop the worker.
        worker.BeginOutputReadLine();
        return worker;
    }

    private (Plan Plan, DataCatalog Catalog) Experiment()
    {
        var settings = ExperimentFile.Reference(
        [
            FormattableString.Invariant($"experiment.clients={Clients}"), FormattableString.Invariant($"data.train-per-client={perClient}"), "data.test-per-client=100",
            FormattableString.Invariant($"extractor.rounds={rounds}"), "extractor.epochs=1", "expert.epochs=1", "inference.gates=[localgate]", "evaluation.enabled=off",
            .. data is null ? Array.Empty<string>() : ["data.name=" + Cifar10Data.DataName, "data.path=" + data],
        ]).Settings;
        var catalog = Places.Catalog(settings);
        return (Plans.Of(settings, catalog.Open(settings.Data.Name, settings.Seed, settings.Data.Reading).Spec), catalog);
    }

    /// <summary>From the first client's having its shard and model to the end of the last round.</summary>
    private static double SecondsOf(Plan plan, IExecutor executor, CancellationToken cancellation)
    {
        // Dealing shards is no part of a round.
        foreach (var shard in plan.Deal.ClientNumbers.Select(client => executor.Submit(plan.Deal.TrainingShard(client))).ToArray())
        {
            shard.Wait(cancellation);
        }

        long ended = 0;
        var began = Stopwatch.GetTimestamp();
        new NMoE.Federation.Experiments.Experiment(plan, executor, at => ended = at.Stage == Stages.Extractor ? Stopwatch.GetTimestamp() : ended).Run(cancellation);
        return Stopwatch.GetElapsedTime(began, ended).TotalSeconds;
    }

    private static T InFolder<T>(Func<string, T> work)
    {
        var folder = Directory.CreateTempSubdirectory("nmoe-bench-");
        try
        {
            return work(folder.FullName);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
