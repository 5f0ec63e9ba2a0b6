using System.Collections.Immutable;
using System.Diagnostics;
using NMoE.Cli.Running;
using NMoE.Compute.Execution;
using NMoE.Compute.Jobs;
using NMoE.Compute.Store;
using NMoE.Federation.Algorithms;
using NMoE.Federation.Experiments;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Learning.Data;
using NMoE.Learning.Devices;
using NMoE.Learning.Identity;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;
using NMoE.Learning.Registry;

namespace NMoE.Bench.Loads;

/// <summary>A workload of federated averaging: through a whole world with a store, and as a bare loop over the same jobs' functions.</summary>
internal sealed class FedAvgLoad : IDisposable
{
    private readonly FedAvgWork _work;
    private readonly DataCatalog _catalog = new(null);
    private readonly Plan _plan;
    private readonly Func<string, string> _fingerprintOf;
    private readonly ImmutableArray<IJobFunction> _functions;
    private readonly ReadOnlyMemory<byte>[] _shards;

    // Taken away when all is measured: for minutes after files were deleted ext4 looks at each of them whenever it makes a new one, which takes ten times as long.
    private readonly DirectoryInfo _stores = Directory.CreateTempSubdirectory("nmoe-bench-");

    /// <summary>Draws the pictures and deals them, which no measurement counts.</summary>
    public FedAvgLoad(FedAvgWork work)
    {
        TorchThreads.Prepare();
        _work = work;
        var settings = ExperimentFile.Reference(work.Sets).Settings;
        var reading = new DataReading
        {
            Size = new(work.Shape.Height, work.Shape.Width),
            Colour = work.Shape.Channels == 1 ? PictureColour.Grey : PictureColour.Rgb,
            Train = work.Clients * work.Pictures,
            Test = work.Clients * 10,
        };
        _plan = Plans.Of(settings, _catalog.Open(GeneratedData.DataName, settings.Seed, DataSources.Of(GeneratedData.DataName).Read(reading)).Spec);
        _functions = LearningFunctions.All(_catalog);
        _fingerprintOf = Fingerprint.OfThisMachine(_functions, ComputeDevice.Cpu);
        _shards = [.. Enumerable.Range(0, work.Clients).Select(client => Run(_plan.Deal.TrainingShard(client), [])[0])];
    }

    /// <summary>Seconds of stage 1 in virtual time on some threads, with a cold store like that of a run, once models and pictures are drawn and dealt.</summary>
    public double Simulated(int threads, CancellationToken cancellation)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        long began = 0, ended = 0;
        var training = false;
        using var executor = new LocalExecutor(
            new JobStore(new StoreSettings(Path.Combine(_stores.FullName, Path.GetRandomFileName()), long.MaxValue) { RecentBytes = Places.RecentBytes }), [.. _functions.Select(Dealt)], _fingerprintOf, threads, TorchThreads.Prepare,
            (job, _, _) =>
            {
                training |= job.Kind is not ("shard" or "init");
                began = training ? began : Stopwatch.GetTimestamp();
            },
            over.Token);
        try
        {
            new Experiment(_plan, executor, at =>
            {
                if (at.Stage == Stages.Extractor && at.Step == _work.Rounds)
                {
                    ended = Stopwatch.GetTimestamp();
                    over.Cancel();
                }
            }).Run(over.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // Stage 1 is over.
        }

        return Stopwatch.GetElapsedTime(began, ended).TotalSeconds;
    }

    public void Dispose() => _stores.Delete(recursive: true);

    /// <summary>Seconds of the same training by the jobs' own functions, one after another, with nothing around them.</summary>
    public double Bare(CancellationToken cancellation)
    {
        ReadOnlyMemory<byte>[] model = [.. new[] { ModelPart.Extractor, ModelPart.Expert }.Select(part => Run(_plan.Model.Initial(part, _plan.Seeds), [])[0])];
        var weights = new AverageParameters([.. Enumerable.Repeat(1.0, _work.Cohort)]);
        var start = Stopwatch.GetTimestamp();
        for (var round = 0; round < _work.Rounds; round++)
        {
            cancellation.ThrowIfCancellationRequested();
            var local = new FedCeParameters(_plan.Model.Spec, _work.Rate, 0, 0, _work.Batch, 1, 1e6, Augmentation.None, 0);
            var updates = Enumerable.Range(0, _work.Cohort)
                .Select(client => Run(LearningJob.Create(local, (ulong)round), [.. model, _shards[((round * _work.Cohort) + client) % _work.Clients]])).ToArray();
            model = [.. Enumerable.Range(0, model.Length).Select(part => Run(LearningJob.Create(weights, 0), [.. updates.Select(update => update[part])])[0])];
        }

        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private ImmutableArray<ReadOnlyMemory<byte>> Run(Job job, ImmutableArray<ReadOnlyMemory<byte>> inputs) =>
        _functions.Single(function => function.Kind == job.Kind).Run(new JobContext(job, inputs, CancellationToken.None)).Blobs;

    /// <summary>Shards as they were dealt before.</summary>
    private IJobFunction Dealt(IJobFunction function) => function.Kind == "shard" ? new Remembered(function, this) : function;

    private sealed class Remembered(IJobFunction function, FedAvgLoad load) : IJobFunction
    {
        private readonly Dictionary<string, int> _clients = Enumerable.Range(0, load._work.Clients).ToDictionary(client => load._plan.Deal.TrainingShard(client).Parameters);

        public string Kind => function.Kind;

        public JobOutput Run(JobContext context) => _clients.TryGetValue(context.Job.Parameters, out var client)
            ? new([load._shards[client]], ImmutableSortedDictionary<string, double>.Empty, []) : function.Run(context);

        public JobForecast Forecast(Job job) => function.Forecast(job);
    }
}
