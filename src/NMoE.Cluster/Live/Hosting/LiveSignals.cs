namespace NMoE.Cluster.Live.Hosting;

/// <summary>What a node's actors tell those outside.</summary>
/// <param name="seen">Told of all that is seen; called on actors' threads.</param>
internal sealed class LiveSignals(Action<Seen> seen)
{
    private readonly TaskCompletionSource<RunBegun> _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<LiveEnd> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>When the run has begun here.</summary>
    public Task<RunBegun> Begun => _begun.Task;

    /// <summary>When the node's part in it is over.</summary>
    public Task<LiveEnd> Ended => _ended.Task;

    public void Begin(RunBegun begun) => _begun.TrySetResult(begun);

    /// <summary>What was seen last; null before anything was.</summary>
    public Federation.Roles.Observation? Last { get; private set; }

    public void See(Seen what)
    {
        Last = what.What;
        seen(what);
    }

    public void End(LiveEndKind way, string reason, LiveHistory? history = null) => _ended.TrySetResult(new(way, reason, history));
}
