using System.Collections.Concurrent;
using System.Collections.Immutable;
using Akka.Actor;
using NMoE.Cluster.Nodes;
using NMoE.Cluster.Work.Messages;
using NMoE.Compute.Execution;
using NMoE.Compute.Jobs;
using NMoE.Compute.Store;
using NMoE.Federation.Measurement;
using NMoE.Learning.Data;
using NMoE.Learning.Identity;

namespace NMoE.Cluster.Work;

/// <summary>How a run is spread over a cluster.</summary>
/// <param name="Node">How its node is started.</param>
/// <param name="Experiment">The experiment's name, for <c>nmoe status</c>.</param>
/// <param name="Data">Its data set, which every worker must have.</param>
/// <param name="Step">One training step of its model, whose bits every worker must give.</param>
/// <param name="HashOf">SHA-256 of what a training step gives, in lowercase hexadecimal digits; runs on the thread that attaches the executor.</param>
/// <param name="Patience">How long jobs wait while nobody takes any, before the run ends; the same command goes on from there.</param>
/// <param name="StaysHere">Whether a job must not leave this process, because it needs what no worker may have.</param>
/// <param name="Say">Told what a user should know, a line each, from other threads.</param>
public sealed record CarrierSettings(
    NodeSettings Node, string Experiment, DataSpec Data, StepProbe Step, Func<StepProbe, string> HashOf, TimeSpan Patience, Func<Job, bool> StaysHere, Action<string> Say)
{
    /// <summary>Data sets and training steps of the other experiments of a sweep, at most <see cref="WorkForms.MostProbes"/> - 1.</summary>
    public ImmutableArray<(DataSpec Data, StepProbe Step)> Others { get; init; } = [];
}

/// <summary>Has the jobs of a run computed by the workers of a cluster, whose coordinator this process is.</summary>
public sealed class ClusterCarrier : IJobCarrier, IDisposable
{
    private readonly CarrierSettings _settings;
    private readonly CoordinatorShelf _shelf;
    private readonly ClusterNode _node;
    private readonly IActorRef _blobs;
    private readonly ConcurrentDictionary<string, CarriedJob> _out = new(StringComparer.Ordinal);
    private ImmutableSortedDictionary<string, IJobFunction> _functions = ImmutableSortedDictionary<string, IJobFunction>.Empty;
    private IActorRef _coordinator = ActorRefs.Nobody;

    private ClusterCarrier(CarrierSettings settings, JobStore store)
    {
        _settings = settings;
        _shelf = new(store);
        _node = ClusterNode.Start(settings.Node, WorkForms.All);
        _blobs = _node.ShareBlobs(_shelf);
        _node.Ended.ContinueWith(_ => FailAll(), TaskScheduler.Default);
    }

    /// <summary>Where workers join, as <c>host:port</c>.</summary>
    public string Address => Members.Text(_node.Address);

    /// <summary>Starts the coordinator's node. Workers are answered once an executor is attached.</summary>
    /// <param name="settings">How the run is spread.</param>
    /// <param name="store">The run's store.</param>
    /// <exception cref="NodeException">The settings are wrong, or the address cannot be bound.</exception>
    public static ClusterCarrier Start(CarrierSettings settings, JobStore store)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return new(settings, store);
    }

    /// <summary>Begins to hand out the jobs of an executor that has this as its carrier. Once. Takes the training step that workers are compared by, on a thread prepared for jobs.</summary>
    /// <param name="executor">The executor; it makes again what has left the store.</param>
    /// <param name="functions">The kinds of jobs.</param>
    /// <param name="fingerprintOf">The fingerprint of each kind.</param>
    public void Attach(LocalExecutor executor, IEnumerable<IJobFunction> functions, Func<string, string> fingerprintOf)
    {
        ArgumentNullException.ThrowIfNull(executor);
        _functions = functions.ToImmutableSortedDictionary(function => function.Kind, function => function, StringComparer.Ordinal);
        var prints = _functions.Keys.ToImmutableSortedDictionary(kind => kind, fingerprintOf, StringComparer.Ordinal);
        var probe = new WorkerProbe(_settings.Data, _settings.Step) { Others = [.. _settings.Others.Select(other => new WorkerProbe(other.Data, other.Step))] };
        _coordinator = _node.System.ActorOf(
            WorkCoordinator.Of(new(
                _settings.Experiment, probe, probe.Hash(_settings.HashOf), prints, _settings.Patience, _shelf, blob => executor.ReadBlob(blob), () => executor.Counts, _blobs,
                job => _out.TryRemove(KeyValuePair.Create(job.Key, job)), _settings.Say)),
            WorkCoordinator.Name);
        _node.WatchRole(NodeRoles.Worker, _coordinator);
        _settings.Say($"coordinator at {Address}; workers join it with: nmoe worker --join {Address}");
    }

    /// <inheritdoc/>
    public bool Takes(Job job)
    {
        ArgumentNullException.ThrowIfNull(job);
        return !_settings.StaysHere(job) && !IsSum(_functions[job.Kind].Forecast(job), job);
    }

    /// <inheritdoc/>
    public void Carry(CarriedJob job)
    {
        ArgumentNullException.ThrowIfNull(job);
        _out[job.Key] = job;
        _coordinator.Tell(job);
        if (_node.Ended.IsCompleted)
            FailAll();
    }

    /// <summary>Lets <c>nmoe status</c> say how far the run is.</summary>
    public void Show(Progress at)
    {
        ArgumentNullException.ThrowIfNull(at);
        _coordinator.Tell(new AtTime(at.Stage, at.At.Seconds));
    }

    /// <summary>How the run stands, as <c>nmoe status</c> says it.</summary>
    public WorkStatus Status() => _coordinator.Ask<WorkStatus>(new StatusWanted(), TimeSpan.FromSeconds(30)).GetAwaiter().GetResult();

    /// <summary>Leaves the cluster; the workers wait for the next coordinator.</summary>
    public void Dispose()
    {
        _coordinator.Tell(new Closing());
        _node.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }

    /// <summary>
    /// Whether a job takes no more than a product and a sum for each number of 4 bytes that goes in or comes out, as an average of models does: all results are here, and adding them up takes
    /// less than sending them. (No operations at all: the work is of another kind.)
    /// </summary>
    internal static bool IsSum(JobForecast forecast, Job job) =>
        forecast.Flops > 0 && forecast.Flops <= (job.Inputs.Sum(input => input.Bytes) + forecast.Outputs.Sum()) / 2.0;

    private void FailAll()
    {
        foreach (var (key, _) in _out)
        {
            if (_out.TryRemove(key, out var job))
                job.Fail(new WorkException("This coordinator's node is no longer of its cluster. The same command goes on from here."));
        }
    }
}
