using System.Text;
using NMoE.Cluster.Nodes;
using NMoE.Cluster.Security;
using NMoE.Cluster.Work;
using NMoE.Compute.Blobs;
using NMoE.Compute.Execution;
using NMoE.Compute.Store;
using static NMoE.Cluster.Tests.Work.Workplace;

namespace NMoE.Cluster.Tests.Work;

/// <summary>A coordinator and workers, each a node of its own on loopback addresses.</summary>
public sealed class WorkersSpecs : IAsyncLifetime
{
    private readonly Workplace _place = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _place.DisposeAsync();

    [Fact]
    public async Task Two_workers_leave_the_coordinator_with_what_it_would_have_computed_alone()
    {
        using var alone = new LocalExecutor(_place.NewStore(), [ToyFunction.Join()], _ => "code=1;probe=2", 1);
        var expected = Rounds(alone);

        var here = ToyFunction.Join();
        var executor = _place.Coordinate(here);
        ToyFunction[] there = [ToyFunction.Join(), ToyFunction.Join()];
        foreach (var function in there)
            _ = _place.Work(function);
        await Until(() => _place.Said.Count(line => line.Contains("joined with", StringComparison.Ordinal)) == 2);
        var made = Rounds(executor);

        Assert.Equal(expected.Select(output => output.Hash), made.Select(output => output.Hash));
        Assert.Equal((made.Length, 0), (executor.Counts.Run, executor.Counts.Remembered));
        Assert.Empty(here.Ran);
        Assert.Equal(made.Length, there.Sum(function => function.Ran.Count));
        Assert.All(there, function => Assert.NotEmpty(function.Ran));
        Assert.All(made, output => Assert.True(_place.Store.Contains(output.Hash)));
        await Until(() => _place.Carrier.Status().Received >= made.Distinct().Sum(output => output.Bytes));
        Assert.True(_place.Carrier.Status().Moving is { FetchedBytes: > 0, FetchingSeconds: > 0, LandingSeconds: > 0 });

        var status = await StatusClient.AskAsync(
            new NodeSettings("127.0.0.1", 0, [$"127.0.0.1:{_place.Port}"], [], NodeSecurity.LoopbackOnly), Patience);
        Assert.Equal(("toys", 0, 0, (long)made.Length), (status.Experiment, status.Queued, status.UnderWay, status.Run));
        Assert.Equal([1, 2], status.Workers.Select(worker => worker.Number));
        Assert.Equal(["coordinator", "worker", "worker"], status.Members.SelectMany(member => member.Roles).Order(StringComparer.Ordinal));

        // A result that is remembered by the store asks no worker.
        await _place.StopWorker(0);
        await _place.StopWorker(1);
        using var again = new LocalExecutor(_place.Store, [here], _ => "code=1;probe=2", 1) { Carrier = _place.Carrier };
        Assert.Equal(made, Rounds(again));
    }

    [Fact]
    public async Task A_worker_whose_arithmetic_differs_is_refused_with_the_reason()
    {
        _place.Coordinate(ToyFunction.Join());
        var end = await _place.Work(_place.Kit(null, ToyFunction.Join()) with { FingerprintOf = _ => "code=1;probe=3" }).WaitAsync(Patience);
        Assert.Contains("probe 3, the coordinator's 2", end.Reason, StringComparison.Ordinal);
        Assert.Contains("NMOE_ISA", end.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_worker_whose_training_step_of_the_model_differs_is_refused_with_the_reason_and_gets_no_job()
    {
        var executor = _place.Coordinate(ToyFunction.Join());
        var handle = executor.Submit(ToyFunction.Job("join", 1));
        var odd = ToyFunction.Join();
        var end = await _place.Work(_place.Kit(null, odd) with { HashOf = _ => new string('c', 64) }).WaitAsync(Patience);
        const string Reason = "One training step of this experiment's model (width 32, batch 48, bf16) gives other bits on the worker than on the coordinator (cccccccccccc, the coordinator's aaaaaaaaaaaa)";
        Assert.StartsWith(Reason, end.Reason, StringComparison.Ordinal);
        Assert.Contains("NMOE_ISA", end.Reason, StringComparison.Ordinal);
        await Until(() => _place.Said.Any(line => line.StartsWith("refused a worker at 127.0.0.1", StringComparison.Ordinal) && line.Contains(Reason, StringComparison.Ordinal)));
        Assert.DoesNotContain(_place.News, news => news.What == WorkerEvent.Admitted);
        Assert.Empty(_place.Carrier.Status().Workers);

        var even = ToyFunction.Join();
        _ = _place.Work(even);
        await Task.Run(() => Wait(handle));
        Assert.Empty(odd.Ran);
        Assert.Single(even.Ran);
    }

    [Fact]
    public async Task A_worker_gets_no_job_while_its_training_step_is_not_done()
    {
        using var done = new ManualResetEventSlim();
        var executor = _place.Coordinate(ToyFunction.Join());
        var handle = executor.Submit(ToyFunction.Job("join", 1));
        var (slow, asked) = (ToyFunction.Join(), false);
        _ = _place.Work(_place.Kit(null, slow) with
        {
            HashOf = step =>
            {
                asked = true;
                done.Wait(Patience);
                return HashOf(step);
            },
        });
        await Until(() => asked);
        Assert.Empty(_place.Carrier.Status().Workers);
        Assert.Empty(slow.Ran);
        done.Set();
        await Task.Run(() => Wait(handle));
        Assert.Single(slow.Ran);
    }

    [Fact]
    public async Task The_training_step_is_taken_on_a_prepared_thread()
    {
        using var prepared = new ThreadLocal<bool>();
        _place.Coordinate(ToyFunction.Join());
        _ = _place.Work(_place.Kit(null, ToyFunction.Join()) with
        {
            PerThreadStart = () => prepared.Value = true,
            HashOf = step => prepared.Value ? HashOf(step) : new string('d', 64),
        });
        await Until(() => _place.News.Any(news => news.What is WorkerEvent.Admitted or WorkerEvent.Refused));
        Assert.Contains(_place.News, news => news.What == WorkerEvent.Admitted);
    }

    [Fact]
    public async Task A_worker_without_the_experiments_data_says_so_and_ends()
    {
        _place.Coordinate(ToyFunction.Join());
        var end = await _place.Work(_place.Kit(null, ToyFunction.Join()) with { MissingData = data => $"{data.Name} is not here" }).WaitAsync(Patience);
        Assert.Equal("generated is not here", end.Reason);
        await Until(() => _place.Said.Any(line => line.Contains("left: generated is not here", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_job_that_fails_on_a_worker_fails_the_run_with_its_message()
    {
        var executor = _place.Coordinate(ToyFunction.Join());
        _ = _place.Work(new ToyFunction("join", _ => throw new InvalidOperationException("no such layer")));
        var error = await Assert.ThrowsAsync<JobFailedException>(() => Task.Run(() => Wait(executor.Submit(ToyFunction.Job("join", 1)))));
        Assert.Contains("The job 'join' failed: no such layer (on worker 1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_worker_whose_disk_is_full_gives_its_jobs_back_and_another_runs_them()
    {
        var executor = _place.Coordinate(ToyFunction.Join());
        var full = new ToyFunction("join", _ => throw new StoreException(StoreFault.DiskFull, "x", "the disk is full"));
        _ = _place.Work(full);
        var handle = executor.Submit(ToyFunction.Job("join", 1));
        await Until(() => _place.Said.Any(line => line.Contains("returned a job: the disk is full", StringComparison.Ordinal)));
        var good = ToyFunction.Join();
        _ = _place.Work(good);
        await Task.Run(() => Wait(handle));
        Assert.Single(good.Ran);
    }

    [Fact]
    public async Task A_job_that_needs_a_secret_stays_with_the_coordinator()
    {
        var (here, there) = (ToyFunction.Join("secret"), ToyFunction.Join("secret"));
        var executor = _place.Coordinate(ToyFunction.Join(), here);
        _ = _place.Work(ToyFunction.Join(), there);
        await Task.Run(() => Wait(executor.Submit(ToyFunction.Job("secret", 1, Output(executor.Submit(ToyFunction.Job("join", 1)))))));
        Assert.Single(here.Ran);
        Assert.Empty(there.Ran);
    }

    [Fact]
    public async Task Inputs_that_left_the_coordinators_store_are_made_again_there()
    {
        var here = ToyFunction.Join();
        var executor = _place.Coordinate(here);
        _ = _place.Work(ToyFunction.Join());
        var first = await Task.Run(() => Output(executor.Submit(ToyFunction.Job("join", 1))));
        await _place.StopWorker(0);
        File.Delete(Directory.GetFiles(_place.Store.Settings.Path, first.Hash.Hex + "*", SearchOption.AllDirectories).Single(file => file.Contains("blobs", StringComparison.Ordinal)));
        _ = _place.Work(ToyFunction.Join());
        var second = await Task.Run(() => Output(executor.Submit(ToyFunction.Job("join", 2, first))));
        Assert.Equal("p/2(p/1())", Encoding.UTF8.GetString(executor.ReadBlob(second).Span));
        Assert.Equal(1UL, Assert.Single(here.Ran).Seed);
    }

    [Fact]
    public async Task Without_a_worker_the_run_says_so_and_ends_once_patience_is_over()
    {
        var executor = _place.Coordinate(TimeSpan.FromSeconds(2), null, ToyFunction.Join());
        var handle = executor.Submit(ToyFunction.Job("join", 1));
        var error = await Assert.ThrowsAsync<JobFailedException>(() => Task.Run(() => Wait(handle)));
        Assert.Contains(_place.Said, line => line.StartsWith("no worker; waiting with 1 jobs", StringComparison.Ordinal));
        Assert.Contains("No worker took a job for 2 s", Assert.IsType<WorkException>(error.InnerException).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_worker_outlives_its_coordinator_and_works_for_the_next_one_with_what_it_remembers()
    {
        var store = _place.NewStore();
        var executor = _place.Coordinate(Patience, store, ToyFunction.Join());
        var there = ToyFunction.Join();
        _ = _place.Work(there);
        await Task.Run(() => Wait(executor.Submit(ToyFunction.Job("join", 1))));
        await _place.StopCoordinator();
        await Until(() => _place.News.Any(news => news.What == WorkerEvent.Lost));
        Assert.DoesNotContain(_place.Said, line => line.Contains("was lost", StringComparison.Ordinal));

        var next = _place.Coordinate(Patience, _place.NewStore(), ToyFunction.Join());
        await Task.Run(() => Wait(next.Submit(ToyFunction.Job("join", 1))));
        await Task.Run(() => Wait(next.Submit(ToyFunction.Job("join", 2))));
        Assert.Equal((1, 1), (next.Counts.Run, next.Counts.Remembered));
        Assert.Equal(2, there.Ran.Count);
    }

    [Fact]
    public async Task Jobs_and_results_too_large_for_a_message_travel_as_blobs()
    {
        var executor = _place.Coordinate(ToyFunction.Join());
        _ = _place.Work(ToyFunction.Join());
        BlobRef[] inputs = [.. Enumerable.Range(0, 3000).Select(i => _place.Store.Put(Encoding.UTF8.GetBytes($"blob {i}")))];
        var result = await Task.Run(() => Wait(executor.Submit(ToyFunction.Job("join", 1, inputs) with { Parameters = new string('x', 1000) })));
        Assert.StartsWith(new string('x', 1000) + "/1(blob 0+blob 1+", Encoding.UTF8.GetString(executor.ReadBlob(result.Outputs[0]).Span), StringComparison.Ordinal);
    }

    /// <summary>Three rounds of four jobs and what joins them: outputs in order.</summary>
    private static BlobRef[] Rounds(IExecutor executor)
    {
        var made = new List<BlobRef>();
        BlobRef[] model = [];
        for (ulong round = 0; round < 3; round++)
        {
            var jobs = Enumerable.Range(0, 4).Select(client => executor.Submit(ToyFunction.Job("join", (round * 10) + (ulong)client, model))).ToArray();
            BlobRef[] updates = [.. jobs.Select(Output)];
            model = [Output(executor.Submit(ToyFunction.Job("join", (round * 10) + 9, updates)))];
            made.AddRange([.. updates, .. model]);
        }

        return [.. made];
    }
}
