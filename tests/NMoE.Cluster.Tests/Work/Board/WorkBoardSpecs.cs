using CsCheck;
using NMoE.Cluster.Work.Board;
using static NMoE.Cluster.Tests.Work.Board.BoardTroubles;

namespace NMoE.Cluster.Tests.Work.Board;

/// <summary>Who computes what, whatever becomes of the workers.</summary>
public sealed class WorkBoardSpecs
{
    [Fact]
    public void Every_job_ends_exactly_once_whatever_joins_leaves_is_lost_or_answers_late_or_twice() =>
        Gen.Select(Gen.Int[0, 11], Gen.Int[0, 1000]).Array[0, 200].Sample(steps =>
        {
            var troubles = new BoardTroubles();
            foreach (var (what, which) in steps)
                troubles.Step(what, which);
            troubles.Drain();
            Assert.Equal(troubles.Submitted, troubles.Ended.Order(StringComparer.Ordinal));
            Assert.Empty(troubles.Board.Jobs);
        });

    [Fact]
    public void Without_held_inputs_jobs_are_given_in_the_order_of_submission_and_those_of_lost_workers_first() =>
        Gen.Int[0, 3].Array[1, 100].Sample(steps =>
        {
            // The model: two sorted lists of numbers.
            var (returned, fresh, with) = (new SortedSet<string>(StringComparer.Ordinal), new SortedSet<string>(StringComparer.Ordinal), new SortedDictionary<WorkerId, string>());
            var board = WorkBoard.Empty;
            var (jobs, workers) = (0, 0);
            void Happens(WorkEvent happened)
            {
                (board, var effects) = WorkRules.Handle(board, happened);
                returned.ExceptWith(effects.OfType<WorkEffect.GiveUp>().Select(given => given.Key));
                foreach (var give in effects.OfType<WorkEffect.Give>())
                {
                    var from = returned.Count > 0 ? returned : fresh;
                    Assert.Equal(from.Min, give.Key);
                    from.Remove(give.Key);
                    if (with.TryAdd(give.Worker, give.Key))
                        continue;

                    // One ahead, while more wait than there are threads; the model lets it be lost as the other is.
                    Assert.True(fresh.Count + returned.Count + 1 > board.Workers.Count);
                    with[give.Worker] = string.Join(' ', with[give.Worker], give.Key);
                }
            }

            foreach (var step in steps)
            {
                if (step < 2)
                {
                    var key = $"{jobs++:D4}";
                    fresh.Add(key);
                    Happens(new WorkEvent.JobSubmitted(key, []));
                }
                else if (step == 2)
                {
                    var worker = new WorkerId(++workers);
                    Happens(new WorkEvent.WorkerJoined(worker, 1, []));
                    Happens(new WorkEvent.WorkerAsked(worker, 1, []));
                }
                else if (with.Count > 0)
                {
                    var (worker, keys) = with.First();
                    with.Remove(worker);
                    returned.UnionWith(keys.Split(' '));
                    Happens(new WorkEvent.WorkerLost(worker));
                }
            }
        });

    [Fact]
    public void An_offer_that_was_lost_is_made_again_and_one_that_arrived_is_not()
    {
        var (board, worker) = GivenOne();
        Assert.Equal<WorkEffect>([new WorkEffect.Give(worker, "job")], WorkRules.Handle(board, new WorkEvent.WorkerAsked(worker, 1, [])).Effects);
        Assert.Empty(WorkRules.Handle(board, new WorkEvent.WorkerAsked(worker, 1, ["job"])).Effects);
    }

    [Fact]
    public void A_worker_that_has_a_job_which_is_finished_is_told_so()
    {
        var (board, worker) = GivenOne();
        Assert.Equal<WorkEffect>([new WorkEffect.Withdraw(worker, "done")], WorkRules.Handle(board, new WorkEvent.WorkerAsked(worker, 1, ["done", "job"])).Effects);
    }

    [Fact]
    public void A_second_result_counts_for_nothing()
    {
        var (board, worker) = GivenOne();
        (board, var effects) = WorkRules.Handle(board, new WorkEvent.ResultOffered(worker, "job", []));
        Assert.Equal<WorkEffect>([new WorkEffect.Land(worker, "job")], effects);
        (board, effects) = WorkRules.Handle(board, new WorkEvent.ResultLanded("job"));
        Assert.Equal<WorkEffect>([new WorkEffect.Finish("job")], effects);
        Assert.Empty(WorkRules.Handle(board, new WorkEvent.ResultOffered(worker, "job", [])).Effects);
        Assert.Empty(WorkRules.Handle(board, new WorkEvent.ResultLanded("job")).Effects);
    }

    [Fact]
    public void A_second_result_while_one_lands_starts_no_second_landing()
    {
        var (board, worker) = GivenOne();
        board = WorkRules.Handle(board, new WorkEvent.ResultOffered(worker, "job", [])).Board;
        (board, _) = WorkRules.Handle(board, new WorkEvent.WorkerJoined(new(2), 1, []));
        Assert.Empty(WorkRules.Handle(board, new WorkEvent.ResultOffered(worker, "job", [])).Effects);
        Assert.Empty(WorkRules.Handle(board, new WorkEvent.ResultOffered(new(2), "job", [])).Effects);
    }

    [Fact]
    public void A_job_that_the_coordinator_cannot_end_fails_and_its_worker_is_told()
    {
        var (board, worker) = GivenOne();
        (board, var effects) = WorkRules.Handle(board, new WorkEvent.JobDoomed("job"));
        Assert.Equal<WorkEffect>([new WorkEffect.Fail("job"), new WorkEffect.Withdraw(worker, "job")], effects);
        Assert.Empty(WorkRules.Handle(board, new WorkEvent.ResultLanded("job")).Effects);
    }

    [Fact]
    public void The_result_of_a_worker_that_was_passed_by_is_taken_and_the_other_is_told()
    {
        var (board, first) = GivenOne();
        var second = new WorkerId(2);
        (board, _) = WorkRules.Handle(board, new WorkEvent.JobReturned(first, "job", "disk full"));
        (board, _) = WorkRules.Handle(board, new WorkEvent.WorkerAsked(first, 0, []));
        (board, _) = WorkRules.Handle(board, new WorkEvent.WorkerLeft(first));
        (board, _) = WorkRules.Handle(board, new WorkEvent.WorkerJoined(second, 1, []));
        (board, _) = WorkRules.Handle(board, new WorkEvent.WorkerJoined(new(3), 1, []));
        (board, var effects) = WorkRules.Handle(board, new WorkEvent.WorkerAsked(second, 1, []));
        Assert.Equal<WorkEffect>([new WorkEffect.Give(second, "job")], effects);
        (board, effects) = WorkRules.Handle(board, new WorkEvent.ResultOffered(new(3), "job", []));
        Assert.Equal<WorkEffect>([new WorkEffect.Land(new(3), "job")], effects);
        effects = WorkRules.Handle(board, new WorkEvent.ResultLanded("job")).Effects;
        Assert.Equal<WorkEffect>([new WorkEffect.Finish("job"), new WorkEffect.Withdraw(second, "job")], effects);
    }

    [Fact]
    public void A_job_that_ten_workers_do_not_survive_is_given_up_with_the_last_reason()
    {
        var board = WorkRules.Handle(WorkBoard.Empty, new WorkEvent.JobSubmitted("job", [])).Board;
        for (var number = 1; number <= 10; number++)
        {
            var worker = new WorkerId(number);
            (board, _) = WorkRules.Handle(board, new WorkEvent.WorkerJoined(worker, 1, []));
            (board, _) = WorkRules.Handle(board, new WorkEvent.WorkerAsked(worker, 1, []));
            (board, var effects) = WorkRules.Handle(board, new WorkEvent.WorkerLost(worker));
            if (number < 10)
                Assert.Empty(effects);
            else
                Assert.Equal<WorkEffect>([new WorkEffect.GiveUp("job", 10, "worker 10 was lost")], effects);
        }
    }

    [Fact]
    public void What_a_worker_had_finished_when_it_said_goodbye_still_lands()
    {
        var (board, first) = GivenOne();
        var second = new WorkerId(2);
        (board, _) = WorkRules.Handle(board, new WorkEvent.ResultOffered(first, "job", []));
        (board, _) = WorkRules.Handle(board, new WorkEvent.WorkerLeft(first));
        (board, _) = WorkRules.Handle(board, new WorkEvent.WorkerJoined(second, 1, []));
        var asked = new WorkEvent.WorkerAsked(second, 1, []);
        Assert.Empty(WorkRules.Handle(board, asked).Effects);
        Assert.Equal<WorkEffect>([new WorkEffect.Finish("job")], WorkRules.Handle(board, new WorkEvent.ResultLanded("job")).Effects);

        // Or does not: then it goes to another.
        (board, _) = WorkRules.Handle(board, new WorkEvent.LandingFailed(first, "job", "gone"));
        Assert.Equal<WorkEffect>([new WorkEffect.Give(second, "job")], WorkRules.Handle(board, asked).Effects);
    }

    [Fact]
    public void Workers_that_say_goodbye_cost_a_job_nothing()
    {
        var board = WorkRules.Handle(WorkBoard.Empty, new WorkEvent.JobSubmitted("job", [])).Board;
        for (var number = 1; number <= 20; number++)
        {
            (board, _) = WorkRules.Handle(board, new WorkEvent.WorkerJoined(new(number), 1, []));
            (board, _) = WorkRules.Handle(board, new WorkEvent.WorkerAsked(new(number), 1, []));
            if (number % 2 == 0)
                (board, _) = WorkRules.Handle(board, new WorkEvent.ResultOffered(new(number), "job", []));
            (board, _) = WorkRules.Handle(board, new WorkEvent.WorkerLeft(new(number)));
            (board, _) = WorkRules.Handle(board, new WorkEvent.LandingFailed(new(number), "job", "gone"));
        }

        Assert.Equal(0, board.Jobs["job"].Failures);
        Assert.Single(board.Queue);
    }

    [Fact]
    public void Missing_inputs_are_made_again_before_the_job_is_given_again()
    {
        var (board, worker) = GivenOne();
        (board, var effects) = WorkRules.Handle(board, new WorkEvent.InputsMissing(worker, "job", [Blob(1)]));
        Assert.Equal("job", Assert.IsType<WorkEffect.Mend>(Assert.Single(effects)).Key);
        Assert.Empty(board.Queue);
        (_, effects) = WorkRules.Handle(board, new WorkEvent.InputsMended("job"));
        Assert.Equal<WorkEffect>([new WorkEffect.Give(worker, "job")], effects);
    }

    [Fact]
    public void A_job_that_breaks_fails_once()
    {
        var (board, worker) = GivenOne();
        (board, var effects) = WorkRules.Handle(board, new WorkEvent.JobBroke(worker, "job"));
        Assert.Equal<WorkEffect>([new WorkEffect.Fail("job")], effects);
        Assert.Empty(WorkRules.Handle(board, new WorkEvent.JobBroke(worker, "job")).Effects);
    }

    [Fact]
    public void A_few_thousand_held_blobs_are_kept_in_mind_the_newest()
    {
        var held = HeldBlobs.None.With(Enumerable.Range(0, HeldBlobs.Most).Select(i => Blob(i))).With([Blob(0)]).With([Blob(HeldBlobs.Most)]);
        Assert.Equal(20, held.BytesOf([Blob(0), Blob(1), Blob(HeldBlobs.Most)]));
        Assert.Equal(10, held.BytesOf([Blob(2)]));
    }

    private static (WorkBoard Board, WorkerId Worker) GivenOne()
    {
        var worker = new WorkerId(1);
        var board = WorkRules.Handle(WorkBoard.Empty, new WorkEvent.WorkerJoined(worker, 1, [])).Board;
        board = WorkRules.Handle(board, new WorkEvent.WorkerAsked(worker, 1, [])).Board;
        return (WorkRules.Handle(board, new WorkEvent.JobSubmitted("job", [])).Board, worker);
    }
}
