using System.Collections.Immutable;
using System.Diagnostics;
using NMoE.Cli.Running;
using NMoE.Cluster.Blobs;
using NMoE.Cluster.Live;
using NMoE.Cluster.Live.Hosting;
using NMoE.Cluster.Live.Ports;
using NMoE.Cluster.Live.Records;
using NMoE.Cluster.Live.Shaping;
using NMoE.Cluster.Nodes;
using NMoE.Compute.Blobs;
using NMoE.Compute.Execution;
using NMoE.Compute.Jobs;
using NMoE.Compute.Store;
using NMoE.Federation.Configuration;
using NMoE.Federation.Measurement;
using NMoE.Federation.Records;
using NMoE.Federation.Roles;
using NMoE.Federation.Settings;
using NMoE.Learning.Data;
using NMoE.Learning.Identity;
using NMoE.Learning.Models;
using NMoE.Reporting.Records;
using NMoE.Reporting.Runs;

namespace NMoE.Cli.Live;

/// <summary>One node of a live run, from the command line: it waits for the others, takes its part, and at the node that leads the run at its end writes the run's folder.</summary>
/// <param name="configuration">What is run.</param>
/// <param name="node">The node.</param>
/// <param name="nodes">The run begins when so many are there.</param>
/// <param name="patience">How long the node waits for the others.</param>
/// <param name="output">Folder for run directories.</param>
/// <param name="lines">Where progress is written.</param>
internal sealed class LiveRun(EffectiveConfiguration configuration, NodeSettings node, int nodes, TimeSpan patience, string output, TextWriter lines)
{
    private static readonly TimeSpan s_longestWarmUp = TimeSpan.FromSeconds(30);

    private const int ShownDigits = 12;
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly DateTimeOffset _started = DateTimeOffset.UtcNow;
    private readonly Dictionary<string, (LiveMachine Machine, LocalExecutor Executor)> _machines = new(StringComparer.Ordinal);

    private string Version => typeof(LiveRun).Assembly.GetName().Version!.ToString(3);

    /// <summary>The experiment, with what is to be said of it before it begins.</summary>
    private Plan Prepared(ExperimentSettings settings, DataCatalog catalog, CancellationToken cancellation)
    {
        using var pulse = new Pulse("reading the data", _watch, lines.WriteLine);
        var shards = Preparation.Checked(settings, catalog, pulse.Do, lines.WriteLine, cancellation);
        foreach (var line in shards.Lines)
            lines.WriteLine(line);
        return shards.Plan;
    }

    private string Name => $"{configuration.Settings.Experiment.Name}-{configuration.ConfigHash[..12]}-live";

    /// <summary>Takes part to the end.</summary>
    /// <returns>How it ended; and, where this node led it, its folder, report and manifest.</returns>
    /// <exception cref="LiveException">The experiment asks for what cannot be had live.</exception>
    /// <exception cref="OperationCanceledException">Stopped; the others go on without this node.</exception>
    public async Task<(LiveEnd End, string? Folder, RunReport? Report)> GoAsync(CancellationToken cancellation)
    {
        var settings = configuration.Settings;
        LiveChannel.Check(settings);
        var catalog = Places.Catalog(settings);
        var plan = Preparation.WithSecret(Prepared(settings, catalog, cancellation), Places.Store(settings));
        var device = settings.Compute.Computing;
        TorchThreads.Prepare(device);
        var functions = Preparation.Functions(plan, catalog);
        var fingerprintOf = Fingerprint.OfThisMachine(functions, device);
        WarmUp(plan, functions, cancellation);
        try
        {
            var live = new LiveSettings(
                plan, configuration.ConfigHash, NodeVersion(plan.Deal.Data), nodes, Path.Combine(output, Name + ".nodes", FormattableString.Invariant($"{node.Host}-{node.Port}")),
                folder => Open(folder, store => new LocalExecutor(store, functions, fingerprintOf, JobsAtOnce.Of(plan, settings.Compute.Threads), () => TorchThreads.Prepare(device), null, cancellation)))
            {
                Patience = patience,
                Seeds = node.Seeds,
                Say = lines.WriteLine,
            };
            var end = await LiveAsync(live, cancellation).ConfigureAwait(false);
            return end.History is { } history ? Write(plan, end, history, cancellation) : (end, null, null);
        }
        finally
        {
            foreach (var (_, executor) in _machines.Values)
            {
                executor.Dispose();
            }
        }
    }

    /// <summary>What nodes of one run have in common beside the configuration: the code of the roles, and the data that shards are dealt from.</summary>
    private string NodeVersion(DataSpec data) =>
        $"{Version} (code {LoadedCode.OfThisProcess.Hash[..ShownDigits]}, data {data.Name} {data.ContentHash[..Math.Min(ShownDigits, data.ContentHash.Length)]})";

    /// <summary>Before the node joins, for the run begins when all have joined: a device of the simulation has no slow first rounds.</summary>
    private void WarmUp(Plan plan, IReadOnlyCollection<IJobFunction> functions, CancellationToken cancellation)
    {
        lines.WriteLine("warming up: training a client's round, which is not kept, until it no longer gets faster");
        var seconds = Calibration.WarmUp(plan, functions, Math.Min(configuration.Settings.Compute.Threads, configuration.Settings.Experiment.Clients), s_longestWarmUp, cancellation);
        lines.WriteLine(FormattableString.Invariant($"warm after {seconds.Length} rounds{(seconds.IsEmpty ? "" : FormattableString.Invariant($": {seconds[0]:0.00} s, in the end {seconds[^1]:0.00} s"))}"));
    }

    /// <summary>Keeps a node in the cluster until the run is over: one that was cut off comes back as a new one, with what it had computed.</summary>
    private async Task<LiveEnd> LiveAsync(LiveSettings live, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var ended = new TaskCompletionSource<LiveEnd>(TaskCreationOptions.RunContinuationsAsynchronously);
        ClusterNode Start()
        {
            var started = ClusterNode.Start(node, LiveForms.OfNode);
            var host = LiveHost.Start(started, live, Show);
            _ = host.Begun.ContinueWith(
                begun => lines.WriteLine(Begun(begun.Result, started)),
                CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
            _ = host.Ended.ContinueWith(
                end =>
                {
                    if (end.Result.Way != LiveEndKind.Lost && ended.TrySetResult(end.Result))
                    {
                        stop.Cancel();
                    }
                },
                CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            return started;
        }

        await new NodeLife(Start, NodeBackOff.Default, TimeProvider.System).RunAsync(news => lines.WriteLine(news.Text), stop.Token).ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
        return await ended.Task.ConfigureAwait(false);
    }

    private static string Begun(RunBegun begun, ClusterNode own)
    {
        var clients = begun.Nodes.Length == 1 ? begun.Nodes : begun.Nodes[1..];
        var spare = begun.Nodes.Contains(FormattableString.Invariant($"{own.Address.Host}:{own.Address.Port}"))
            ? ""
            : FormattableString.Invariant($"; it has its {begun.Nodes.Length} nodes: this one is a spare, carries no client, and takes over when the servers' node dies");
        return $"run {begun.Run} has begun: servers on {begun.Nodes[0]}, clients on {string.Join(", ", clients)}{spare}";
    }

    private LiveMachine Open(string folder, Func<JobStore, LocalExecutor> executorOf)
    {
        lock (_machines)
        {
            if (!_machines.TryGetValue(folder, out var opened))
            {
                DropEarlierRuns(folder);

                // A store of its own for each run: what another run left would be remembered, and take no time.
                var store = LiveStore.Open(Path.Combine(folder, "store"), Places.Store(configuration.Settings).MaxBytes);
                var executor = executorOf(store);
                _machines[folder] = opened = (new LiveMachine(executor, configuration.Settings.Compute.Threads, new StoreShelf(store)), executor);
            }

            return opened.Machine;
        }
    }

    /// <summary>What this node kept of earlier runs is of no use to anyone any more, and every run has a store.</summary>
    private static void DropEarlierRuns(string folder)
    {
        var node = new DirectoryInfo(Path.GetDirectoryName(folder)!);
        foreach (var run in node.Exists ? node.GetDirectories() : [])
        {
            if (RunName.IsOne(run.Name) && run.Name != Path.GetFileName(folder))
            {
                run.Delete(recursive: true);
            }
        }
    }

    private (LiveEnd End, string? Folder, RunReport? Report) Write(Plan plan, LiveEnd end, LiveHistory history, CancellationToken cancellation)
    {
        using var folder = RunFolder.Take(output, Name, Leftovers.Removed);
        var writer = folder.Writer;
        writer.WriteEffectiveConfig(configuration.Render());
        var executor = _machines.Values.Last().Executor;
        if (end.Way != LiveEndKind.Finished)
        {
            writer.WriteManifest(State(plan, executor, history, RunStatus.Failed, end.Reason));
            return (end, writer.Folder, null);
        }

        lines.WriteLine("measuring what came out");
        var (report, models) = new LiveReport(plan, executor).Of(history, _ => { }, cancellation);
        foreach (var (name, model) in models)
        {
            writer.WriteModel(name + ".safetensors", SafeTensorsMetadata.Put(executor.ReadBlob(model), ModelMetadata.Of(FinalModels.SpecOf(plan.Model, name))));
        }

        writer.WriteRounds(report);
        writer.WriteReport(report, State(plan, executor, history, RunStatus.Finished, null), warning => lines.WriteLine("warning: " + warning));
        if (folder.MoveIn() is { } before)
        {
            lines.WriteLine($"put aside  {before.Folder}: what was there before ({before.Why})");
        }

        return (end, folder.Place, report);
    }

    private Manifest State(Plan plan, LocalExecutor executor, LiveHistory history, RunStatus status, string? reason)
    {
        var counts = executor.Counts;
        return new Manifest(
            configuration.Settings.Experiment.Name, configuration.ConfigHash, null, null, null, null, null, history.Elapsed.Seconds, history.Seen.Length,
            counts.Run, counts.Remembered,
            counts.RunByKind.ToImmutableSortedDictionary(pair => pair.Key, pair => (long)pair.Value, StringComparer.Ordinal),
            counts.RememberedByKind.ToImmutableSortedDictionary(pair => pair.Key, pair => (long)pair.Value, StringComparer.Ordinal),
            new ManifestRun(status, reason, _started, _watch.Elapsed.TotalSeconds, configuration.Settings.Compute.Threads, null, Version))
        {
            World = RunWorld.Live,
            Inputs = ResultInputs.Of(plan),
        };
    }

    private void Show(Seen seen)
    {
        if (SeenLine.Of(seen) is { } line)
        {
            lines.WriteLine(line);
        }
    }
}
