using NMoE.Compute.Execution;
using NMoE.Compute.Store;

namespace NMoE.Compute.Tests.Execution;

/// <summary>Several experiments on one executor.</summary>
public sealed class ExecutorShareTests : ExecutorSpec
{
    [Fact]
    public void A_job_that_two_need_is_run_once_for_the_first_and_remembered_for_the_other()
    {
        using var executor = Executor();
        using var first = executor.Share(null);
        using var second = executor.Share(null);

        var handle = first.Submit(Toy.Job("join", 1));
        var same = second.Submit(Toy.Job("join", 1));
        second.Submit(Toy.Job("join", 2)).Wait(default);
        Assert.Same(handle, first.Submit(Toy.Job("join", 1)));
        Assert.Equal(handle.Wait(default), same.Wait(default));

        Assert.Equal(2, JoinKind.Ran.Count);
        Assert.Equal((1, 0), (first.Counts.Run, first.Counts.Remembered));
        Assert.Equal((1, 1), (second.Counts.Run, second.Counts.Remembered));
        Assert.Equal((2, 1), Run(executor));
    }

    [Fact]
    public void Who_ends_takes_along_what_nobody_else_waits_for()
    {
        using var begun = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        var gate = new Toy("gate", _ =>
        {
            begun.Set();
            goOn.Wait();
            return "open";
        });
        using var executor = new LocalExecutor(Store(), [gate, JoinKind], _ => "code", 1);
        var told = new List<string>();
        var leaves = executor.Share((job, _, _) => told.Add(job.Kind));
        using var stays = executor.Share(null);
        var running = leaves.Submit(Toy.Job("gate", 1));
        begun.Wait();
        var alone = leaves.Submit(Toy.Job("join", 1));
        leaves.Submit(Toy.Job("join", 2));
        var shared = stays.Submit(Toy.Job("join", 2));

        leaves.Dispose();
        goOn.Set();
        shared.Wait(default);

        Assert.Throws<OperationCanceledException>(() => alone.Wait(default));
        Assert.Throws<OperationCanceledException>(() => running.Wait(default));
        Assert.Equal([2UL], JoinKind.Ran.Select(job => job.Seed));
        Assert.Empty(told);

        // What was under way is remembered all the same, and what was not begun can be asked for again.
        stays.Submit(Toy.Job("gate", 1)).Wait(default);
        Assert.Single(gate.Ran);
        stays.Submit(Toy.Job("join", 1)).Wait(default);
        Assert.Equal([2UL, 1], JoinKind.Ran.Select(job => job.Seed));
    }

    [Fact]
    public void Each_keeps_its_own_blobs()
    {
        // Room for two of three blobs of 15 bytes.
        var large = new Toy("large", context => context.Job.Seed.ToString("D15", System.Globalization.CultureInfo.InvariantCulture));
        var store = new JobStore(new(Folder.Path, 40));
        using var executor = new LocalExecutor(store, [large], _ => "code", 1);
        using var first = executor.Share(null);
        using var second = executor.Share(null);
        var kept = Output(first.Submit(Toy.Job("large", 1)));
        first.Keep([kept]);
        second.Keep([Output(second.Submit(Toy.Job("large", 2)))]);
        for (var seed = 3UL; seed < 6; seed++)
            second.Submit(Toy.Job("large", seed)).Wait(default);

        Assert.True(store.Contains(kept.Hash));
        first.Dispose();
        for (var seed = 6UL; seed < 9; seed++)
            second.Submit(Toy.Job("large", seed)).Wait(default);
        Assert.False(store.Contains(kept.Hash));
    }
}
