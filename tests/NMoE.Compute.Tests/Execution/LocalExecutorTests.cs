using System.Collections.Concurrent;
using NMoE.Compute.Execution;
using NMoE.Compute.Store;

namespace NMoE.Compute.Tests.Execution;

public sealed class LocalExecutorTests : ExecutorSpec
{
    [Fact]
    public void A_job_runs_once_and_is_remembered_by_the_next_process()
    {
        using (var first = Executor())
        {
            var handle = first.Submit(Toy.Job("join", 1));
            Assert.Same(handle, first.Submit(Toy.Job("join", 1)));
            Assert.Equal("p/1()", Toy.Text(first.ReadBlob(Output(handle))));
            Assert.Equal((1, 0), Run(first));
        }

        using var second = Executor();
        var again = second.Submit(Toy.Job("join", 1));
        Assert.True(again.IsFinished);
        Assert.Equal(5, again.Wait(default).Metrics["length"]);
        Assert.Equal((0, 1), Run(second));
        Assert.Equal(1, second.Counts.RememberedByKind["join"]);
        Assert.Single(JoinKind.Ran);
    }

    [Fact]
    public void Other_code_remembers_nothing()
    {
        using (var first = Executor())
            first.Submit(Toy.Job("join", 1)).Wait(default);
        using var other = new LocalExecutor(Store(), [JoinKind], _ => "other code", 1);
        other.Submit(Toy.Job("join", 1)).Wait(default);
        Assert.Equal(2, JoinKind.Ran.Count);
    }

    [Fact]
    public void A_hit_needs_no_blob()
    {
        using (var first = Executor())
            first.Submit(Toy.Job("join", 1)).Wait(default);
        Lose("*.safetensors");
        using var second = Executor();
        second.Submit(Toy.Job("join", 1)).Wait(default);
        Assert.Single(JoinKind.Ran);
    }

    [Fact]
    public void A_failing_job_fails_its_waiters_and_is_not_remembered()
    {
        var failing = new Toy("failing", _ => throw new InvalidOperationException("no memory"));
        using var executor = new LocalExecutor(Store(), [failing, JoinKind], _ => "code", 1);
        var handle = executor.Submit(Toy.Job("failing", 1));

        Assert.Contains("no memory", Assert.Throws<JobFailedException>(() => handle.Wait(default)).Message, StringComparison.Ordinal);
        Assert.Empty(Folder.Files("*.json"));
        Assert.Equal((0, 0), Run(executor));
        executor.Submit(Toy.Job("join", 1)).Wait(default);
    }

    [Fact]
    public void A_job_that_failed_is_tried_again_when_it_is_asked_for_again()
    {
        var tries = 0;
        var trying = new Toy("trying", _ => ++tries == 1 ? throw new InvalidOperationException("the disk is full") : "done");
        using var executor = new LocalExecutor(Store(), [trying], _ => "code", 1);
        Assert.Throws<JobFailedException>(() => executor.Submit(Toy.Job("trying", 1)).Wait(default));

        Assert.Equal(4, executor.Submit(Toy.Job("trying", 1)).Wait(default).Integers[0]);
        executor.Submit(Toy.Job("trying", 1)).Wait(default);
        Assert.Equal(2, tries);
    }

    [Fact]
    public void A_kind_without_a_function_fails_with_the_known_kinds()
    {
        using var executor = Executor();
        var error = Assert.Throws<JobFailedException>(() => executor.Submit(Toy.Job("jion", 1)).Wait(default));
        Assert.Contains("join, same", Assert.IsType<UnknownJobException>(error.InnerException).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_thread_that_cannot_start_fails_its_jobs()
    {
        using var executor = new LocalExecutor(Store(), [JoinKind], _ => "code", 1, () => throw new DllNotFoundException("torch"));
        Assert.Contains(
            "torch", Assert.Throws<JobFailedException>(() => executor.Submit(Toy.Job("join", 1)).Wait(default)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Stopping_cancels_running_and_waiting_jobs_and_records_neither()
    {
        using var started = new ManualResetEventSlim();
        var endless = new Toy("endless", c =>
        {
            started.Set();
            c.Cancellation.WaitHandle.WaitOne();
            throw new OperationCanceledException(c.Cancellation);
        });
        using var executor = new LocalExecutor(Store(), [endless, JoinKind], _ => "code", 1);
        var running = executor.Submit(Toy.Job("endless", 1));
        var waiting = executor.Submit(Toy.Job("join", 1));
        started.Wait();
        executor.Stop();

        Assert.Throws<OperationCanceledException>(() => running.Wait(default));
        Assert.Throws<OperationCanceledException>(() => waiting.Wait(default));
        Assert.Throws<OperationCanceledException>(() => executor.Submit(Toy.Job("join", 2)).Wait(default));
        Assert.Empty(Folder.Files("*.json"));
    }

    [Fact]
    public void A_wait_can_be_cancelled_while_the_job_goes_on()
    {
        using var go = new ManualResetEventSlim();
        var slow = new Toy("slow", _ =>
        {
            go.Wait();
            return "done";
        });
        using var executor = new LocalExecutor(Store(), [slow], _ => "code", 1);
        var handle = executor.Submit(Toy.Job("slow", 1));
        Assert.Throws<OperationCanceledException>(() => handle.Wait(new CancellationToken(canceled: true)));
        go.Set();
        Assert.Equal(4, handle.Wait(default).Metrics["length"]);
    }

    [Fact]
    public void Jobs_start_in_the_order_of_their_submission_and_hits_do_not_wait()
    {
        using (var first = Executor())
            first.Submit(Toy.Job("join", 1)).Wait(default);
        using var go = new ManualResetEventSlim();
        var gate = new Toy("gate", _ =>
        {
            go.Wait();
            return "";
        });
        using var executor = new LocalExecutor(Store(), [gate, JoinKind], _ => "code", 1);
        executor.Submit(Toy.Job("gate", 1));
        ulong[] seeds = [9, 7, 8];
        var handles = seeds.Select(seed => executor.Submit(Toy.Job("join", seed))).ToList();
        Assert.True(executor.Submit(Toy.Job("join", 1)).IsFinished);
        Assert.DoesNotContain(handles, h => h.IsFinished);
        go.Set();
        handles.ForEach(h => h.Wait(default));
        Assert.Equal([1, 9, 7, 8], JoinKind.Ran.Select(j => j.Seed));
    }

    [Fact]
    public void One_and_two_threads_leave_theSameKind_results()
    {
        string Hashes(int threads)
        {
            using var folder = new TempFolder();
            using var executor = new LocalExecutor(new(new(folder.Path, 1 << 20)), [Toy.Join()], _ => "code", threads);
            var first = Enumerable.Range(0, 20).Select(i => executor.Submit(Toy.Job("join", (ulong)i))).ToList();
            var second = first.Select(h => executor.Submit(Toy.Job("join", 100, Output(h), Output(first[^1])))).ToList();
            return string.Join(" ", first.Concat(second).Select(h => Output(h).Hash.Hex));
        }

        Assert.Equal(Hashes(1), Hashes(2));
    }

    [Fact]
    public void A_store_too_small_for_its_jobs_still_gives_right_results()
    {
        using var executor = new LocalExecutor(new(new(Folder.Path, 30)), [JoinKind], _ => "code", 2);
        var last = Output(executor.Submit(Toy.Job("join", 0)));
        for (ulong i = 1; i < 8; i++)
        {
            var side = Output(executor.Submit(Toy.Job("join", 100 + i)));
            last = Output(executor.Submit(Toy.Job("join", i, last, side)));
        }

        var text = Toy.Text(executor.ReadBlob(last));
        Assert.StartsWith("p/7(p/6(", text, StringComparison.Ordinal);
        Assert.Equal((15, 0), Run(executor));
    }

    [Fact]
    public void Each_thread_is_started_once_and_each_run_reported_once()
    {
        var starts = new ConcurrentQueue<int>();
        var runs = new ConcurrentQueue<ulong>();
        using var executor = new LocalExecutor(
            Store(), [JoinKind], _ => "code", 2, () => starts.Enqueue(Environment.CurrentManagedThreadId), (job, _, _) => runs.Enqueue(job.Seed));
        for (ulong i = 0; i < 10; i++)
            executor.Submit(Toy.Job("join", i)).Wait(default);
        executor.Dispose();

        Assert.Equal(2, starts.Distinct().Count());
        Assert.Equal(2, starts.Count);
        Assert.Equal(Enumerable.Range(0, 10).Select(i => (ulong)i), runs.Order());
    }

    [Fact]
    public void A_full_disk_fails_the_job_and_records_nothing()
    {
        if (!OperatingSystem.IsLinux())
            return;
        var full = new JobStore(new(Folder.Path, 1000), path => new FileStream("/dev/full", FileMode.Open, FileAccess.Write));
        using var executor = new LocalExecutor(full, [JoinKind], _ => "code", 1);
        var error = Assert.Throws<JobFailedException>(() => executor.Submit(Toy.Job("join", 1)).Wait(default));

        Assert.Equal(StoreFault.DiskFull, Assert.IsType<StoreException>(error.InnerException).Fault);
        Assert.Equal(["lock"], Folder.Files("*").Select(Path.GetFileName));
    }
}
