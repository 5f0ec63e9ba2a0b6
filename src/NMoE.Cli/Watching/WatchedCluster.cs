using System.Diagnostics;
using NMoE.Cluster.Work;
using NMoE.Cluster.Work.Messages;
using NMoE.Reporting.Watching;

namespace NMoE.Cli.Watching;

/// <summary>
/// How a run on a cluster stands, as its coordinator answers: asked once for all pages, and not at all while nobody looks. One that does not answer leaves its last answer on the page, and is asked again: the run has ended, or is
/// started again.
/// </summary>
/// <param name="name">The coordinator's address.</param>
/// <param name="ask">Asks it; a <see cref="WorkException"/> where nobody answers.</param>
internal sealed class WatchedCluster(string name, Func<Task<WorkStatus>> ask) : IWatched
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_interest = TimeSpan.FromSeconds(20);
    private readonly Lock _lock = new();
    private WorkStatus? _last;
    private WatchedState _state = WatchedState.Of(new { kind = "cluster", name, status = "asked" });
    private long _wanted;

    public string Name => name;

    public WatchedState? State(string? run)
    {
        lock (_lock)
        {
            _wanted = Stopwatch.GetTimestamp();
            return run is null ? _state : null;
        }
    }

    /// <summary>Asks until it is stopped.</summary>
    public async Task Follow(CancellationToken stop)
    {
        while (true)
        {
            await Task.Delay(s_pause, stop).ConfigureAwait(false);
            if (IsWanted)
                await Look().ConfigureAwait(false);
        }
    }

    /// <summary>Asks once.</summary>
    /// <returns>Why nobody answered; null where somebody did.</returns>
    public async Task<WorkException?> Look()
    {
        try
        {
            Show("running", await ask().ConfigureAwait(false));
            return null;
        }
        catch (WorkException silent)
        {
            Show("no answer", _last);
            return silent;
        }
    }

    private bool IsWanted
    {
        get
        {
            lock (_lock)
                return _wanted != 0 && Stopwatch.GetElapsedTime(_wanted) < s_interest;
        }
    }

    private void Show(string status, WorkStatus? answer)
    {
        var state = WatchedState.Of(new
        {
            kind = "cluster",
            name,
            status,
            experiment = answer?.Experiment,
            stage = answer?.Stage,
            virtualSeconds = answer?.VirtualSeconds,
            jobs = answer is null ? null : new { answer.UnderWay, answer.Queued, answer.Run, answer.Remembered },
            moved = answer is null ? null : new { answer.Received, answer.Sent },
            members = answer?.Members ?? [],
            workers = answer?.Workers ?? [],
        });
        lock (_lock)
            (_last, _state) = (answer, state);
    }
}
