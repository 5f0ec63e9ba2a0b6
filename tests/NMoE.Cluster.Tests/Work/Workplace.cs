using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using NMoE.Cluster.Nodes;
using NMoE.Cluster.Security;
using NMoE.Cluster.Work;
using NMoE.Compute.Blobs;
using NMoE.Compute.Execution;
using NMoE.Compute.Jobs;
using NMoE.Compute.Store;
using NMoE.Learning.Data;
using NMoE.Learning.Identity;
using NMoE.Learning.Models;

namespace NMoE.Cluster.Tests.Work;

/// <summary>A coordinator and workers on loopback addresses of this process, each with a store of its own.</summary>
internal sealed class Workplace : IAsyncDisposable
{
    public static readonly DataSpec Data = new("generated", "v1", 7);
    public static readonly StepProbe Step = new(new ModelSpec(32, 10) { Precision = Precision.BFloat16 }, 48);
    public static readonly TimeSpan Patience = Waiting.Longest;

    private readonly string _folder = Directory.CreateTempSubdirectory("nmoe-work-").FullName;
    private readonly List<(Task<WorkerEnd> End, CancellationTokenSource Stop, Worker Worker)> _workers = [];
    private ClusterCarrier? _carrier;
    private int _stores;

    public int Port { get; } = FreePort();

    public ConcurrentQueue<string> Said { get; } = new();

    public ConcurrentQueue<WorkerNews> News { get; } = new();

    public JobStore Store { get; private set; } = null!;

    public LocalExecutor Executor { get; private set; } = null!;

    public ClusterCarrier Carrier => _carrier!;

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public JobStore NewStore(string? name = null, long bytes = 1 << 24) => new(new(Path.Combine(_folder, name ?? $"store-{_stores++}"), bytes));

    public LocalExecutor Coordinate(TimeSpan patience, JobStore? store, params IJobFunction[] functions)
    {
        Store = store ?? NewStore();
        _carrier = ClusterCarrier.Start(
            new(
                new NodeSettings("127.0.0.1", Port, [], [NodeRoles.Coordinator], NodeSecurity.LoopbackOnly), "toys", Data, Step, HashOf, patience,
                job => job.Kind == "secret", Said.Enqueue),
            Store);
        Executor = new(Store, functions, _ => "code=1;probe=2", 1) { Carrier = _carrier };
        _carrier.Attach(Executor, functions, _ => "code=1;probe=2");
        return Executor;
    }

    public LocalExecutor Coordinate(params IJobFunction[] functions) => Coordinate(Patience, null, functions);

    public async Task StopCoordinator()
    {
        Executor.Dispose();
        await Task.Run(_carrier!.Dispose);
        _carrier = null;
    }

    public Task<WorkerEnd> Work(params IJobFunction[] functions) => Work(Kit(null, functions));

    public WorkerKit Kit(JobStore? store, params IJobFunction[] functions) =>
        new(1, [.. functions], _ => "code=1;probe=2", store ?? NewStore(), data => data == Data ? null : "no such data here", HashOf);

    /// <summary>What the experiment's step gives; of another step, something else.</summary>
    public static string HashOf(StepProbe step) => new(step == Step ? 'a' : 'b', 64);

    public Task<WorkerEnd> Work(WorkerKit kit)
    {
        var stop = new CancellationTokenSource();
        var settings = new NodeSettings("127.0.0.1", 0, [$"127.0.0.1:{Port}"], [NodeRoles.Worker], NodeSecurity.LoopbackOnly);
        var worker = new Worker(settings, kit, News.Enqueue);
        var end = Task.Run(() => worker.RunAsync(stop.Token));
        _workers.Add((end, stop, worker));
        return end;
    }

    public async Task StopWorker(int number)
    {
        await _workers[number].Stop.CancelAsync();
        await _workers[number].End.WaitAsync(Patience);
    }

    public static JobResult Wait(IJobHandle handle)
    {
        using var late = new CancellationTokenSource(Patience);
        return handle.Wait(late.Token);
    }

    public static BlobRef Output(IJobHandle handle) => Wait(handle).Outputs[0];

    public static async Task Until(Func<bool> done)
    {
        var late = DateTime.UtcNow + Patience;
        while (!done())
        {
            Assert.True(DateTime.UtcNow < late, "It did not happen.");
            await Task.Delay(20);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Executor?.Dispose();
        foreach (var (_, stop, _) in _workers)
            await stop.CancelAsync();
        await Task.WhenAll(_workers.Select(worker => worker.End));
        if (_carrier is { } carrier)
            await Task.Run(carrier.Dispose);
        foreach (var (_, stop, worker) in _workers)
        {
            worker.Dispose();
            stop.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
    }
}
