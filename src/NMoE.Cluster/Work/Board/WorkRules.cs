using System.Collections.Immutable;

namespace NMoE.Cluster.Work.Board;

/// <summary>
/// How a board changes. Jobs are pure, so whoever finishes one first is right, and nothing has to be undone: a late result of a job that is
/// not finished is as good as any, one of a job that is finished is dropped.
/// </summary>
internal static class WorkRules
{
    /// <summary>A job that so many workers had and did not end would be lost for ever: it may be what brings them down.</summary>
    public const int MostFailures = 10;

    /// <summary>The board after an event, and what is to be done.</summary>
    public static (WorkBoard Board, ImmutableArray<WorkEffect> Effects) Handle(WorkBoard board, WorkEvent happened)
    {
        var effects = ImmutableArray.CreateBuilder<WorkEffect>();
        var next = happened switch
        {
            WorkEvent.JobSubmitted submitted => Submit(board, submitted),
            WorkEvent.WorkerJoined joined => Join(board, joined),
            WorkEvent.WorkerAsked asked => Ask(board, asked, effects),
            WorkEvent.WorkerLeft left => Leave(board, left.Worker, null, effects),
            WorkEvent.WorkerLost lost => Leave(board, lost.Worker, $"{lost.Worker} was lost", effects),
            WorkEvent.ResultOffered offered => Offer(board, offered, effects),
            WorkEvent.ResultLanded landed => End(board, landed.Key, new WorkEffect.Finish(landed.Key), effects),
            WorkEvent.LandingFailed failed => NotLanded(board, failed, effects),
            WorkEvent.JobReturned returned => Return(board, returned, effects),
            WorkEvent.InputsMissing missing => Miss(board, missing, effects),
            WorkEvent.InputsMended mended => Hold(board, mended.Key, new JobStand.Mending()) ? Enqueue(board, mended.Key, 0) : board,
            WorkEvent.JobDoomed doomed => End(board, doomed.Key, new WorkEffect.Fail(doomed.Key), effects),
            WorkEvent.JobBroke broke => Break(board, broke, effects),
            _ => throw new ArgumentException($"'{happened}' is no event of a board.", nameof(happened)),
        };
        return (WorkDealing.Deal(next, effects), effects.ToImmutable());
    }

    private static WorkBoard Submit(WorkBoard board, WorkEvent.JobSubmitted submitted)
    {
        if (board.Jobs.ContainsKey(submitted.Key))
            return board;
        var place = new QueuePlace(1, board.Submitted);
        return board with
        {
            Submitted = board.Submitted + 1,
            Jobs = board.Jobs.Add(submitted.Key, new(board.Submitted, submitted.Inputs, new JobStand.Queued(place), 0)),
            Queue = board.Queue.Add(place, submitted.Key),
        };
    }

    private static WorkBoard Join(WorkBoard board, WorkEvent.WorkerJoined joined) => board.Workers.ContainsKey(joined.Worker)
        ? board
        : board with
        {
            Workers = board.Workers.Add(
                joined.Worker, new(joined.Threads, 0, ImmutableSortedSet.Create<string>(StringComparer.Ordinal), HeldBlobs.None.With(joined.Holds))),
        };

    private static WorkBoard Ask(WorkBoard board, WorkEvent.WorkerAsked asked, ImmutableArray<WorkEffect>.Builder effects)
    {
        if (!board.Workers.TryGetValue(asked.Worker, out var worker))
            return board;
        foreach (var key in worker.UnderWay.Except(asked.Has).Where(key => Hold(board, key, new JobStand.Given(asked.Worker))))
            effects.Add(new WorkEffect.Give(asked.Worker, key));
        foreach (var key in asked.Has.Where(key => !board.Jobs.ContainsKey(key)))
            effects.Add(new WorkEffect.Withdraw(asked.Worker, key));
        return board with { Workers = board.Workers.SetItem(asked.Worker, worker with { Wanted = Math.Clamp(asked.Jobs, 0, worker.Threads) }) };
    }

    private static WorkBoard Leave(WorkBoard board, WorkerId id, string? failure, ImmutableArray<WorkEffect>.Builder effects)
    {
        if (!board.Workers.ContainsKey(id))
            return board;
        var next = board with { Workers = board.Workers.Remove(id) };

        // One that says goodbye still hands over what it has finished: that lands, or fails to.
        foreach (var (key, _) in board.Jobs.Where(job => failure is null ? job.Value.Stands == new JobStand.Given(id) : IsWith(id, job.Value.Stands)))
            next = failure is null ? Enqueue(next, key, 0) : Failed(next, key, failure, effects);
        return next;
    }

    private static WorkBoard Offer(WorkBoard board, WorkEvent.ResultOffered offered, ImmutableArray<WorkEffect>.Builder effects)
    {
        if (!board.Workers.TryGetValue(offered.Worker, out var worker))
            return board;
        var known = board.Jobs.TryGetValue(offered.Key, out var job);
        worker = worker with
        {
            UnderWay = worker.UnderWay.Remove(offered.Key),
            Holds = worker.Holds.With(known ? [.. job!.Inputs, .. offered.Outputs] : offered.Outputs),
        };
        board = board with { Workers = board.Workers.SetItem(offered.Worker, worker) };

        // Should the other landing fail, the job is given away again, and this worker remembers its result.
        if (!known || job!.Stands is JobStand.Landing)
            return board;
        effects.Add(new WorkEffect.Land(offered.Worker, offered.Key));
        return Move(board, offered.Key, new JobStand.Landing(offered.Worker));
    }

    private static WorkBoard NotLanded(WorkBoard board, WorkEvent.LandingFailed failed, ImmutableArray<WorkEffect>.Builder effects)
    {
        if (!Hold(board, failed.Key, new JobStand.Landing(failed.Worker)))
            return board;

        // One that said goodbye and was gone before all of it was fetched failed at nothing.
        return board.Workers.ContainsKey(failed.Worker) ? Failed(board, failed.Key, failed.Reason, effects) : Enqueue(board, failed.Key, 0);
    }

    private static WorkBoard Return(WorkBoard board, WorkEvent.JobReturned returned, ImmutableArray<WorkEffect>.Builder effects)
    {
        var next = Drop(board, returned.Worker, returned.Key);
        return Hold(board, returned.Key, new JobStand.Given(returned.Worker)) ? Failed(next, returned.Key, $"{returned.Worker}: {returned.Reason}", effects) : next;
    }

    private static WorkBoard Miss(WorkBoard board, WorkEvent.InputsMissing missing, ImmutableArray<WorkEffect>.Builder effects)
    {
        var next = Drop(board, missing.Worker, missing.Key);
        if (!Hold(board, missing.Key, new JobStand.Given(missing.Worker)))
            return next;
        if (board.Jobs[missing.Key].Failures + 1 >= MostFailures)
            return Failed(next, missing.Key, "its inputs leave the store as soon as they are made again", effects);
        effects.Add(new WorkEffect.Mend(missing.Key, missing.Blobs));
        next = Move(next, missing.Key, new JobStand.Mending());
        return next with { Jobs = next.Jobs.SetItem(missing.Key, next.Jobs[missing.Key] with { Failures = next.Jobs[missing.Key].Failures + 1 }) };
    }

    private static WorkBoard Break(WorkBoard board, WorkEvent.JobBroke broke, ImmutableArray<WorkEffect>.Builder effects)
    {
        var next = Drop(board, broke.Worker, broke.Key);
        if (board.Workers.ContainsKey(broke.Worker) && board.Jobs.TryGetValue(broke.Key, out var job) && job.Stands is not JobStand.Landing)
            return End(next, broke.Key, new WorkEffect.Fail(broke.Key), effects);
        return next;
    }

    private static WorkBoard Failed(WorkBoard board, string key, string reason, ImmutableArray<WorkEffect>.Builder effects)
    {
        var job = board.Jobs[key];
        var failures = job.Failures + 1;
        return failures >= MostFailures
            ? End(board, key, new WorkEffect.GiveUp(key, failures, reason), effects)
            : Enqueue(board with { Jobs = board.Jobs.SetItem(key, job with { Failures = failures }) }, key, 0);
    }

    private static WorkBoard End(WorkBoard board, string key, WorkEffect end, ImmutableArray<WorkEffect>.Builder effects)
    {
        if (!board.Jobs.TryGetValue(key, out var job))
            return board;
        effects.Add(end);
        var next = board with
        {
            Jobs = board.Jobs.Remove(key),
            Queue = job.Stands is JobStand.Queued queued ? board.Queue.Remove(queued.Place) : board.Queue,
        };
        foreach (var (id, _) in board.Workers.Where(pair => pair.Value.UnderWay.Contains(key)))
        {
            effects.Add(new WorkEffect.Withdraw(id, key));
            next = Drop(next, id, key);
        }

        return next;
    }

    private static WorkBoard Enqueue(WorkBoard board, string key, int turn)
    {
        var place = new QueuePlace(turn, board.Jobs[key].Number);
        var next = Move(board, key, new JobStand.Queued(place));
        return next with { Queue = next.Queue.Add(place, key) };
    }

    private static WorkBoard Move(WorkBoard board, string key, JobStand to)
    {
        var job = board.Jobs[key];
        return board with
        {
            Jobs = board.Jobs.SetItem(key, job with { Stands = to }),
            Queue = job.Stands is JobStand.Queued queued ? board.Queue.Remove(queued.Place) : board.Queue,
        };
    }

    private static WorkBoard Drop(WorkBoard board, WorkerId id, string key) => board.Workers.TryGetValue(id, out var worker)
        ? board with { Workers = board.Workers.SetItem(id, worker with { UnderWay = worker.UnderWay.Remove(key) }) }
        : board;

    private static bool IsWith(WorkerId worker, JobStand stand) => stand == new JobStand.Given(worker) || stand == new JobStand.Landing(worker);

    private static bool Hold(WorkBoard board, string key, JobStand stand) => board.Jobs.TryGetValue(key, out var job) && job.Stands == stand;
}
