using System.Collections.Immutable;
using NMoE.Compute.Execution;
using NMoE.Compute.Jobs;

namespace NMoE.Compute.Tests.Execution;

/// <summary>What an executor keeps in mind.</summary>
public sealed class KnownJobsTests : ExecutorSpec
{
    [Fact]
    public void Only_the_last_results_are_kept_in_mind_and_what_is_under_way()
    {
        var forgotten = new List<JobResult>();
        var known = new KnownJobs(forgotten.Add, 2);
        using var executor = Executor();
        using var share = executor.Share(null);
        KnownJob Ask(int number) => known.Ask(JobKey.Of("code", Toy.Job("join", (ulong)number)), Toy.Job("join", (ulong)number), share).New!;
        var running = Ask(0);
        known.Begin(running, isCarried: false);
        for (var number = 1; number <= 5; number++)
            known.Finish(Ask(number), new([], ImmutableSortedDictionary<string, double>.Empty, [number]), null);

        Assert.Equal([1, 2, 3], forgotten.Select(result => result.Integers[0]));
        Assert.Null(Ask(5));
        Assert.Null(Ask(0));
        Assert.NotNull(Ask(3));
        Assert.Equal<ulong>([0, 3], share.Waits.Select(job => job.Job.Seed).Order());
    }

    [Fact]
    public void A_result_that_left_mind_is_remembered_and_counts_as_run_where_it_ran()
    {
        using var executor = new LocalExecutor(Store(), [JoinKind, SameKind], _ => "code", 1, mostKept: 1);
        var first = executor.Submit(Toy.Job("join", 1));
        first.Wait(default);
        executor.Submit(Toy.Job("join", 2)).Wait(default);
        var again = executor.Submit(Toy.Job("join", 1));
        Assert.NotSame(first, again);
        Assert.Equal(Output(first), Output(again));
        Assert.Equal((2, 0), Run(executor));
        Lose("*.safetensors");
        Assert.Equal("p/1()", Toy.Text(executor.ReadBlob(Output(again))));
    }

    /// <summary>As where the folder of a run cannot be written: the result is there, for those who wait and for those who ask later.</summary>
    [Fact]
    public void A_run_that_cannot_be_told_leaves_nobody_waiting()
    {
        using var executor = Executor();
        using var told = executor.Share((_, _, _) => throw new IOException("No space is left."));
        using var other = executor.Share(null);
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var (first, second) = (told.Submit(Toy.Job("join", 1)), other.Submit(Toy.Job("join", 1)));
        Assert.Equal(first.Wait(patience.Token), second.Wait(patience.Token));
        Assert.Equal(first.Wait(patience.Token), other.Submit(Toy.Job("join", 1)).Wait(patience.Token));
    }

    /// <summary>Who asked for it has ended, two others ask for it while it is computed: they wait for the same.</summary>
    [Fact]
    public void What_is_computed_for_one_that_has_ended_is_not_computed_again_for_others()
    {
        using var begun = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        var runs = 0;
        var gate = new Toy("gate", _ =>
        {
            // One that begins again, wrongly, holds nobody up.
            begun.Set();
            if (Interlocked.Increment(ref runs) == 1)
                goOn.Wait();
            return "open";
        });
        using var executor = new LocalExecutor(Store(), [gate, JoinKind], _ => "code", 2);
        var left = executor.Share(null);
        using var next = executor.Share(null);
        using var other = executor.Share(null);
        left.Submit(Toy.Job("gate", 1));
        begun.Wait();
        left.Dispose();

        IJobHandle[] waits = [next.Submit(Toy.Job("gate", 1)), other.Submit(Toy.Job("gate", 1))];

        // The free thread takes jobs in their order: what it did before this one, it had begun before.
        next.Submit(Toy.Job("join", 1)).Wait(default);
        var seen = (gate.Ran.Count, waits.Count(handle => handle.IsFinished));
        goOn.Set();
        Assert.Equal((1, 0), seen);
        Assert.All(waits, handle => Assert.Equal(4, handle.Wait(default).Integers[0]));
        Assert.Single(gate.Ran);
        Assert.Equal((2, 0), (next.Counts.Run, next.Counts.Remembered));
        Assert.Equal((0, 1), (other.Counts.Run, other.Counts.Remembered));
    }
}
