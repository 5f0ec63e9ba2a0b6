using System.Collections.Concurrent;
using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Compute.Execution;
using NMoE.Compute.Jobs;
using NMoE.Compute.Store;

namespace NMoE.Compute.Tests.Execution;

/// <summary>Jobs that are computed elsewhere.</summary>
public sealed class CarriedJobTests : ExecutorSpec
{
    private readonly Carrier _carrier = new();

    [Fact]
    public void A_carried_job_is_remembered_and_counted_as_if_it_had_run_here()
    {
        var store = Store();
        using (var first = Carrying(store))
        {
            var handle = first.Submit(Toy.Job("join", 1));
            Assert.Same(handle, first.Submit(Toy.Job("join", 1)));
            var carried = Assert.Single(_carrier.Carried);
            Assert.Equal((handle.Key, Toy.Job("join", 1).Seed), (carried.Key, carried.Job.Seed));
            Assert.False(handle.IsFinished);

            carried.Finish(Result(store, "made elsewhere"), TimeSpan.FromSeconds(2));
            Assert.Equal(14, handle.Wait(default).Metrics["length"]);
            Assert.Equal((1, 0), Run(first));
            Assert.Equal("made elsewhere", Toy.Text(first.ReadBlob(Output(handle))));
        }

        Assert.Empty(JoinKind.Ran);
        using var second = Executor();
        Assert.True(second.Submit(Toy.Job("join", 1)).IsFinished);
        Assert.Equal((0, 1), Run(second));
    }

    [Fact]
    public void A_result_that_was_remembered_elsewhere_counts_as_remembered()
    {
        var store = Store();
        using var executor = Carrying(store);
        var handle = executor.Submit(Toy.Job("join", 1));
        _carrier.Carried.Single().Finish(Result(store, "x"), null);
        handle.Wait(default);
        Assert.Equal((0, 1), Run(executor));
    }

    [Fact]
    public void The_first_end_counts()
    {
        var store = Store();
        using var executor = Carrying(store);
        var handle = executor.Submit(Toy.Job("join", 1));
        var carried = _carrier.Carried.Single();
        carried.Finish(Result(store, "one"), TimeSpan.Zero);
        carried.Finish(Result(store, "three"), TimeSpan.Zero);
        carried.Fail(new InvalidOperationException("late"));
        Assert.Equal(3, handle.Wait(default).Metrics["length"]);
        Assert.Equal((1, 0), Run(executor));
    }

    [Fact]
    public void What_fails_elsewhere_fails_its_waiter_with_the_same_message()
    {
        using var executor = Carrying(Store());
        var handle = executor.Submit(Toy.Job("join", 1));
        _carrier.Carried.Single().Fail(new InvalidOperationException("no such layer"));
        Assert.Contains("no such layer", Assert.Throws<JobFailedException>(() => handle.Wait(default)).Message, StringComparison.Ordinal);
        Assert.Empty(Folder.Files("*.json"));
    }

    [Fact]
    public void Jobs_that_the_carrier_does_not_take_run_here_and_remembered_ones_are_not_carried()
    {
        using (var first = Executor())
            first.Submit(Toy.Job("join", 1)).Wait(default);
        using var executor = Carrying(Store());
        Assert.True(executor.Submit(Toy.Job("join", 1)).IsFinished);
        executor.Submit(Toy.Job("same", 1, Output(executor.Submit(Toy.Job("join", 1))))).Wait(default);
        Assert.Empty(_carrier.Carried);
        Assert.Single(SameKind.Ran);
    }

    [Fact]
    public void Stopping_cancels_carried_jobs_and_a_result_that_comes_later_leaves_nothing()
    {
        var store = Store();
        using var executor = Carrying(store);
        var handle = executor.Submit(Toy.Job("join", 1));
        executor.Stop();
        Assert.Throws<OperationCanceledException>(() => handle.Wait(default));
        Assert.Throws<OperationCanceledException>(() => executor.Submit(Toy.Job("join", 2)).Wait(default));
        _carrier.Carried.Single().Finish(Result(store, "late"), TimeSpan.Zero);
        Assert.Empty(Folder.Files("*.json"));
    }

    [Fact]
    public void A_carried_blob_that_left_the_store_is_made_again_here()
    {
        var store = Store();
        using var executor = Carrying(store);
        var handle = executor.Submit(Toy.Job("join", 1));
        _carrier.Carried.Single().Finish(Result(store, "p/1()"), TimeSpan.Zero);
        var output = Output(handle);
        Lose("*.safetensors");
        Assert.Equal("p/1()", Toy.Text(executor.ReadBlob(output)));
        Assert.Single(JoinKind.Ran);
    }

    /// <summary>The first to ask has ended before the result landed: the next one waits for the same, and it is carried once.</summary>
    [Fact]
    public void What_is_carried_for_one_that_has_ended_lands_for_the_next()
    {
        var store = Store();
        using var executor = Carrying(store);
        var first = executor.Share(null);
        first.Submit(Toy.Job("join", 1));
        first.Dispose();
        using var next = executor.Share(null);

        var handle = next.Submit(Toy.Job("join", 1));
        _carrier.Carried.Single().Finish(Result(store, "x"), TimeSpan.Zero);

        Assert.True(handle.IsFinished);
        Assert.Equal("x", Toy.Text(executor.ReadBlob(Output(handle))));
    }

    [Fact]
    public void Whoever_asks_to_be_called_is_called_once_the_result_is_there()
    {
        var store = Store();
        using var executor = Carrying(store);
        var handle = executor.Submit(Toy.Job("join", 1));
        using var before = new ManualResetEventSlim();
        using var after = new ManualResetEventSlim();
        handle.WhenFinished(before.Set);
        Assert.False(before.IsSet);
        _carrier.Carried.Single().Finish(Result(store, "x"), TimeSpan.Zero);
        handle.WhenFinished(after.Set);
        Assert.True(before.Wait(Waiting.Longest));
        Assert.True(after.Wait(Waiting.Longest));
    }

    [Fact]
    public void A_store_tells_its_most_recently_used_blobs_the_last_one_last()
    {
        var store = Store();
        BlobRef[] blobs = [.. Enumerable.Range(0, 3).Select(i => store.Put(new byte[] { (byte)i, 7 }))];
        foreach (var (blob, minute) in new[] { (blobs[1], 1), (blobs[0], 2), (blobs[2], 3) })
            File.SetLastWriteTimeUtc(Folder.Files(blob.Hash.Hex + "*").Single(), new DateTime(2026, 1, 1, 0, minute, 0, DateTimeKind.Utc));
        Assert.Equal<BlobRef>([blobs[0], blobs[2]], store.Newest(2));
        Assert.Equal(3, store.Newest(10).Length);
    }

    private static JobResult Result(JobStore store, string text) => new(
        [store.Put(System.Text.Encoding.UTF8.GetBytes(text))], ImmutableSortedDictionary<string, double>.Empty.Add("length", text.Length), [text.Length]);

    private LocalExecutor Carrying(JobStore store) => new(store, [JoinKind, SameKind], _ => "code", 1) { Carrier = _carrier };

    private sealed class Carrier : IJobCarrier
    {
        public ConcurrentQueue<CarriedJob> Carried { get; } = new();

        public bool Takes(Job job) => job.Kind == "join";

        public void Carry(CarriedJob job) => Carried.Enqueue(job);
    }
}
