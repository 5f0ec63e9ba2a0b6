using System.Collections.Immutable;
using NMoE.Cluster.Blobs;
using NMoE.Cluster.Live;
using NMoE.Cluster.Live.Hosting;
using NMoE.Cluster.Live.Ports;
using NMoE.Cluster.Nodes;
using NMoE.Cluster.Security;
using NMoE.Cluster.Wire;
using NMoE.Compute.Execution;
using NMoE.Compute.Store;
using NMoE.Federation.Algorithms;
using NMoE.Federation.Configuration;
using NMoE.Federation.Roles;
using NMoE.Learning.Data;
using NMoE.Learning.Identity;
using NMoE.Learning.Registry;

namespace NMoE.Cluster.Tests.Live;

/// <summary>Nodes of a live run in one process, each with a store of its own. The first that is started is the oldest.</summary>
internal sealed class LiveCluster : IAsyncDisposable
{
    private static readonly TimeSpan Patience = Waiting.Longest;

    private static readonly string[] Tiny =
    [
        "experiment.clients=2", "data.train-per-client=20", "data.test-per-client=10", "extractor.rounds=2", "extractor.epochs=1", "extractor.batch=10",
        "expert.epochs=2", "gate.rounds=2", "gate.epochs=1", "inference.gates=[fedgate]", "inference.test-partitions=[iid]",
        "supervision.patience=2 s", "supervision.max-silence=30", "channel.profile=ideal",
    ];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("nmoe-live-specs-");
    private readonly List<(ClusterNode Node, LiveHost Host)> _nodes = [];
    private readonly List<LocalExecutor> _executors = [];
    private readonly Dictionary<int, LiveMachine> _machines = [];
    private readonly List<(int Node, Seen Seen)> _seen = [];
    private readonly DataCatalog _catalog = new(null);
    private int _wanted;

    public LiveCluster(params string[] sets)
    {
        var settings = ExperimentReader.Read("tiny.conf", [.. Tiny, .. sets], _ => string.Empty).Settings;
        Plan = Plans.Of(settings, _catalog.Open(settings.Data.Name, settings.Seed, settings.Data.Reading).Spec);
    }

    public Plan Plan { get; }

    /// <summary>What a node reads and writes, by its number and the form that it would use.</summary>
    public Func<int, WireForm, WireForm> Wire { get; init; } = (_, form) => form;

    /// <summary>What a node has seen so far.</summary>
    public ImmutableArray<Seen> SeenAt(int node)
    {
        lock (_seen)
        {
            return [.. _seen.Where(item => item.Node == node).Select(item => item.Seen)];
        }
    }

    public IExecutor ExecutorOf(int node) => _machines[node].Executor;

    /// <summary>Starts nodes, of so many that the run waits for.</summary>
    public async Task StartAsync(int count, int? nodes = null)
    {
        _wanted = nodes ?? count;
        for (var number = 0; number < count; number++)
        {
            await AddAsync("c");
        }
    }

    /// <summary>Starts a node whose configuration has this hash, digit by digit. The others join one that is up, or they would try again seconds later.</summary>
    public async Task AddAsync(string digit)
    {
        _nodes.Add(Start(_nodes.Count, 0, digit));
        var up = new TaskCompletionSource();
        Akka.Cluster.Cluster.Get(_nodes[^1].Node.System).RegisterOnMemberUp(up.SetResult);
        await up.Task.WaitAsync(Patience);
    }

    /// <summary>A node leaves, with its files.</summary>
    public async Task StopAsync(int number) => await _nodes[number].Node.DisposeAsync();

    /// <summary>A node that left comes back, as a new node with the old files.</summary>
    public Task ReturnAsync(int number)
    {
        _nodes[number] = Start(number, _nodes[number].Node.Address.Port!.Value, "c");
        return Task.CompletedTask;
    }

    public Task<LiveEnd> EndAsync(int number) => _nodes[number].Host.Ended.WaitAsync(Patience);

    /// <summary>Waits until something was seen.</summary>
    public async Task<T> SeenAsync<T>(Predicate<T> which)
        where T : Observation
    {
        using var limit = new CancellationTokenSource(Patience);
        while (true)
        {
            lock (_seen)
            {
                if (_seen.Select(item => item.Seen.What).OfType<T>().FirstOrDefault(what => which(what)) is { } found)
                {
                    return found;
                }
            }

            await Task.Delay(10, limit.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_nodes.Select(item => item.Node.DisposeAsync().AsTask()));
        _executors.ForEach(executor => executor.Dispose());
        _folder.Delete(recursive: true);
    }

    private (ClusterNode Node, LiveHost Host) Start(int number, int port, string digit)
    {
        ImmutableArray<string> seeds = number == 0 ? [] : [Peers.NameOf(_nodes[0].Node.Address)];
        var node = ClusterNode.Start(
            new NodeSettings("127.0.0.1", port, seeds, [NodeRoles.Live], NodeSecurity.LoopbackOnly) { SplitBrain = SplitBrainRule.KeepOldestLive }, [.. LiveForms.OfNode.Select(form => Wire(number, form))]);
        var settings = new LiveSettings(
            Plan, string.Concat(Enumerable.Repeat(digit, 64)), "test", _wanted, Path.Combine(_folder.FullName, FormattableString.Invariant($"node-{number}")),
            folder => Open(number, folder));
        return (node, LiveHost.Start(node, settings, seen =>
        {
            lock (_seen)
            {
                _seen.Add((number, seen));
            }
        }));
    }

    private LiveMachine Open(int number, string folder)
    {
        var store = new JobStore(new StoreSettings(Path.Combine(folder, "store"), 1L << 30));
        var executor = new LocalExecutor(store, LearningFunctions.All(_catalog), _ => "live-specs", 1, TorchThreads.Prepare);
        lock (_executors)
        {
            _executors.Add(executor);
            return _machines[number] = new LiveMachine(executor, 1, new StoreShelf(store));
        }
    }
}
