using System.Collections.Immutable;

namespace NMoE.Cluster.Work.Board;

/// <summary>
/// Who gets which job next. A worker with a free thread gets the job of which it holds the most input bytes, among the first of the queue; if it holds none,
/// the first. The head of the queue is passed over a few times at most. A worker gets one job more than it has threads, to fetch its inputs meanwhile, while
/// more jobs wait than all threads together could take: at the end of a round no worker sits on a job that another could start.
/// </summary>
internal static class WorkDealing
{
    /// <summary>How many jobs of the queue are looked at.</summary>
    public const int Window = 32;

    /// <summary>How often the head of the queue is passed over.</summary>
    public const int MostPassedOver = 16;

    /// <summary>Gives jobs away until nobody can take one, or none is left.</summary>
    public static WorkBoard Deal(WorkBoard board, ImmutableArray<WorkEffect>.Builder effects)
    {
        while (Best(board) is { } best)
        {
            effects.Add(new WorkEffect.Give(best.Worker, best.Key));
            board = Give(board, best);
        }

        return board;
    }

    private static Choice? Best(WorkBoard board)
    {
        if (board.Queue.IsEmpty)
            return null;
        var free = board.Workers.Where(pair => pair.Value.UnderWay.Count < pair.Value.Wanted).ToArray();
        if (free.Length == 0 && board.Queue.Count > board.Workers.Values.Sum(worker => worker.Threads))
            free = [.. board.Workers.Where(pair => pair.Value.Wanted > 0 && pair.Value.UnderWay.Count == pair.Value.Wanted)];
        if (free.Length == 0)
            return null;
        var jobs = board.Queue.Take(board.HeadPassedOver >= MostPassedOver ? 1 : Window);
        return jobs
            .SelectMany(job => free.Select(worker => new Choice(
                worker.Key, job.Key, job.Value, worker.Value.Holds.BytesOf(board.Jobs[job.Value].Inputs), worker.Value.Wanted - worker.Value.UnderWay.Count)))
            .OrderByDescending(choice => choice.Held).ThenBy(choice => choice.Place).ThenByDescending(choice => choice.Room).ThenBy(choice => choice.Worker)
            .First();
    }

    private static WorkBoard Give(WorkBoard board, Choice choice)
    {
        var isHead = board.Queue.First().Key == choice.Place;
        var worker = board.Workers[choice.Worker];
        var job = board.Jobs[choice.Key];
        return board with
        {
            Queue = board.Queue.Remove(choice.Place),
            Jobs = board.Jobs.SetItem(choice.Key, job with { Stands = new JobStand.Given(choice.Worker) }),
            Workers = board.Workers.SetItem(choice.Worker, worker with { UnderWay = worker.UnderWay.Add(choice.Key) }),
            HeadPassedOver = isHead ? 0 : board.HeadPassedOver + 1,
        };
    }

    private sealed record Choice(WorkerId Worker, QueuePlace Place, string Key, long Held, int Room);
}
