using System.Diagnostics;
using NMoE.Cluster.Work.Board;

namespace NMoE.Cluster.Work;

/// <summary>How long jobs have waited while nobody takes any: says so, and loses patience at last.</summary>
internal sealed class WaitForWorkers(TimeSpan patience, Action<string> say)
{
    private static readonly TimeSpan s_reminder = TimeSpan.FromMinutes(1);
    private Stopwatch? _waiting;
    private TimeSpan _said;

    /// <summary>Looks at a board. What to end its jobs with, once patience is over; null until then.</summary>
    public WorkException? Look(WorkBoard board)
    {
        if (board.Jobs.IsEmpty || board.Workers.Values.Any(worker => worker.Wanted > 0 || !worker.UnderWay.IsEmpty)
            || board.Jobs.Values.Any(job => job.Stands is JobStand.Landing or JobStand.Mending))
        {
            _waiting = null;
            return null;
        }

        if (_waiting is null || _waiting.Elapsed - _said >= s_reminder)
        {
            _waiting ??= Stopwatch.StartNew();
            _said = _waiting.Elapsed;
            say(Text(board, patience - _waiting.Elapsed));
        }

        return _waiting.Elapsed < patience
            ? null
            : new(FormattableString.Invariant($"No worker took a job for {patience.TotalSeconds:F0} s (--patience). ")
                + "Start workers (nmoe worker --join HOST:PORT); the same command goes on from here.");
    }

    private static string Text(WorkBoard board, TimeSpan left) => FormattableString.Invariant(
        $"{(board.Workers.IsEmpty ? "no worker" : "no worker that takes jobs")}; waiting with {board.Jobs.Count} jobs, for {left.TotalSeconds:F0} s at most");
}
