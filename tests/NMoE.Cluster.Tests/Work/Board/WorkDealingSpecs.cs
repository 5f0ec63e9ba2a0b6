using NMoE.Cluster.Work.Board;
using static NMoE.Cluster.Tests.Work.Board.BoardTroubles;

namespace NMoE.Cluster.Tests.Work.Board;

/// <summary>Who gets which job next.</summary>
public sealed class WorkDealingSpecs
{
    [Fact]
    public void A_worker_gets_the_job_of_which_it_holds_the_most_bytes()
    {
        var troubles = new BoardTroubles();
        troubles.Submit(Blob(1, 100));
        troubles.Submit(Blob(2, 100), Blob(3, 50));
        troubles.Submit(Blob(2, 100), Blob(4, 60));
        var worker = troubles.Join(1, Blob(2, 100), Blob(3, 50));
        troubles.Happens(new WorkEvent.WorkerAsked(worker, 1, []));
        Assert.Contains("0001", troubles.Board.Workers[worker].UnderWay);
    }

    [Fact]
    public void What_a_worker_made_or_read_is_held_by_it_from_then_on()
    {
        var troubles = new BoardTroubles();
        var worker = troubles.Join(1);
        troubles.Happens(new WorkEvent.WorkerAsked(worker, 1, []));
        var other = troubles.Join(1);
        troubles.Submit(Blob(900));
        troubles.Submit();
        troubles.Submit(Blob(901));
        troubles.Submit(Blob(900));
        troubles.Submit(Blob(0));
        troubles.Submit(Blob(902));
        troubles.Result(worker, "0000");
        Assert.Equal<string>(["0001", "0003"], troubles.Board.Workers[worker].UnderWay);
        troubles.Result(worker, "0003");
        Assert.Equal<string>(["0001", "0004"], troubles.Board.Workers[worker].UnderWay);
        Assert.Empty(troubles.Board.Workers[other].UnderWay);
    }

    [Fact]
    public void A_job_is_passed_over_sixteen_times_at_most()
    {
        var troubles = new BoardTroubles();
        var worker = troubles.Join(1, Blob(7));
        var patient = troubles.Submit(Blob(999));
        for (var i = 0; i < 40; i++)
            troubles.Submit(Blob(7));
        troubles.Happens(new WorkEvent.WorkerAsked(worker, 1, []));
        var given = 0;
        while (!troubles.Board.Workers[worker].UnderWay.Contains(patient))
        {
            given++;
            troubles.Result(worker, troubles.Board.Workers[worker].UnderWay[0]);
        }

        // Two were under way from the start: one to run, one ahead.
        Assert.Equal(16 - 2 + 1, given);
    }

    [Fact]
    public void One_job_more_than_threads_is_given_only_while_more_wait_than_all_threads_could_take()
    {
        var troubles = new BoardTroubles();
        var (first, second) = (troubles.Join(1), troubles.Join(1));
        for (var i = 0; i < 6; i++)
            troubles.Submit();
        troubles.Happens(new WorkEvent.WorkerAsked(first, 1, []));
        troubles.Happens(new WorkEvent.WorkerAsked(second, 1, []));
        Assert.Equal<string>(["0000", "0001"], troubles.Board.Workers[first].UnderWay);
        Assert.Equal<string>(["0002", "0003"], troubles.Board.Workers[second].UnderWay);
        troubles.Result(first, "0000");
        Assert.Equal<string>(["0001"], troubles.Board.Workers[first].UnderWay);
        Assert.Equal(2, troubles.Board.Queue.Count);
    }

    [Fact]
    public void A_worker_that_asks_for_none_gets_none()
    {
        var troubles = new BoardTroubles();
        var worker = troubles.Join(2);
        troubles.Submit();
        Assert.Empty(troubles.Board.Workers[worker].UnderWay);
        troubles.Happens(new WorkEvent.WorkerAsked(worker, 0, []));
        Assert.Empty(troubles.Board.Workers[worker].UnderWay);
        troubles.Happens(new WorkEvent.WorkerAsked(worker, 1, []));
        Assert.Equal<string>(["0000"], troubles.Board.Workers[worker].UnderWay);
    }
}
