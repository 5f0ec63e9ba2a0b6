using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text.Json;

namespace NMoE.Processes.Tests;

/// <summary>One experiment has one state hash, whoever computes it and whatever becomes of them: real processes, real sockets, real signals.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class ClusterSpecs(OneProcess alone) : IClassFixture<OneProcess>, IDisposable
{
    private readonly Crew _crew = new();

    public void Dispose() => _crew.Dispose();

    [Fact]
    public void Three_workers_of_which_one_is_killed_ten_times_one_is_frozen_for_half_a_minute_and_one_joins_late_give_the_hash_of_one_process()
    {
        var run = _crew.Run(OneProcess.LongExperiment);
        var steady = _crew.Worker();
        steady.Until(worker => worker.Count("job-began") > worker.Count("job-ended"), "a job under way at the one to be frozen");
        steady.Signal("STOP");
        var frozen = Stopwatch.StartNew();
        var killed = new TenKills(_crew, run);
        foreach (var times in new[] { 1, 2 })
        {
            killed.Once("admitted", 1);
            killed.Once("job-began", times);
            killed.Once("job-ended", times);
            killed.Once("job-began", times + 1);
            killed.Once("job-ended", times + 1);
        }

        var late = _crew.Worker();
        late.Until(worker => worker.Count("job-ended") > 0, "a job of the one that joined late");

        // Held, so that work is left for the frozen one.
        late.Signal("STOP");
        SaysHowItStands();
        run.Until(_ => frozen.Elapsed >= TimeSpan.FromSeconds(30), "half a minute of frost");
        var ended = steady.Count("job-ended");
        steady.Signal("CONT");
        steady.Until(worker => worker.Count("lost") > 0 && worker.Count("admitted") > 1 && worker.Count("job-ended") > ended + 1, "that the frozen one was admitted again and works");
        Assert.False(run.HasEnded, "The run was over before the frozen worker went on.");
        late.Signal("CONT");
        killed.Again();

        using var clean = new CommandLine();
        Assert.Equal(0, clean.RunExperiment(OneProcess.LongExperiment).Code);
        Is(clean.Manifest(), run);
        Assert.Contains(run.Lines, line => line.Contains("was lost; its jobs go to others", StringComparison.Ordinal));
        Member[][] workers = [[.. killed.Lives], [steady], [late]];
        Assert.All(workers, lives => Assert.Contains(lives.SelectMany(life => life.Events), item => item.Ran));
        var (jobs, atKills) = (clean.Manifest().GetProperty("jobsRun").GetInt32(), killed.Recorded);
        Assert.Equal(10, atKills.Count);
        Assert.Equal(atKills.Distinct().Order(), atKills);
        Assert.InRange(atKills[^1], 10, jobs - 1);

        // Each job but the averages came from a worker, however often it was begun.
        Assert.Equal(jobs - CommandLine.JobsRun(clean.Manifest(), "average"), workers.SelectMany(lives => lives).SelectMany(life => life.Events).Where(item => item.Event == "job-ended").Select(item => item.Job).Distinct().Count());
    }

    [Fact]
    public void A_worker_that_is_asked_to_leave_ends_well_and_no_job_that_landed_is_run_twice()
    {
        var run = _crew.Run(OneProcess.Experiment);
        var (first, second) = (_crew.Worker(), _crew.Worker());
        second.Until(worker => worker.Count("job-ended") > 0, "a job of the second worker");
        second.Signal("TERM");
        Assert.Equal(0, second.End().Code);
        IsAsAlone(run);
        var ran = new[] { first, second }.SelectMany(worker => worker.Events).Where(item => item.Ran).Select(item => item.Job).ToArray();
        Assert.Equal(alone.Manifest.GetProperty("jobsRun").GetInt32() - CommandLine.JobsRun(alone.Manifest, "average"), ran.Distinct().Count());

        // What it had just made, and nobody had fetched when it left, is made once more: a job of each of its threads at most.
        Assert.InRange(ran.Length - ran.Distinct().Count(), 0, Environment.ProcessorCount);
    }

    [Fact]
    public void A_run_that_is_asked_to_leave_says_so_and_the_same_command_goes_on()
    {
        var run = _crew.Run(OneProcess.Experiment);
        var worker = _crew.Worker();
        worker.Until(it => it.Count("job-ended") > 0, "a job of the worker");
        run.Signal("TERM");
        var ended = run.End();
        Assert.Equal(128 + 15, ended.Code);
        Assert.Contains("Stopped by SIGTERM.", ended.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("error:", ended.Error, StringComparison.Ordinal);
        Assert.Equal("interrupted", _crew.Line.Manifest().GetProperty("run").GetProperty("status").GetString());
        IsAsAlone(_crew.Run(OneProcess.Experiment));
    }

    [Fact]
    public void A_coordinator_that_was_frozen_finds_its_workers_again()
    {
        var run = _crew.Run(OneProcess.Experiment);
        var worker = _crew.Worker();
        worker.Until(it => it.Count("job-began") > 1, "a second job");
        run.Signal("STOP");
        worker.Until(it => it.Count("lost") > 0, "that it stopped its work");
        run.Signal("CONT");
        worker.Until(it => it.Count("admitted") == 2, "that it was admitted again");
        IsAsAlone(run);
    }

    [Fact]
    public void Cut_apart_the_coordinator_waits_the_worker_stops_and_they_go_on_when_the_cut_is_mended()
    {
        var (listening, working) = (Crew.FreePort(), Crew.FreePort());
        using var toRun = new Relay(listening);
        using var toWorker = new Relay(working);
        var run = _crew.RunAt(toRun.Port, OneProcess.Experiment, "--bind", $"127.0.0.1:{listening}");
        var worker = _crew.WorkerOf(toRun.Port, "--port", $"{toWorker.Port}", "--bind", $"127.0.0.1:{working}");
        worker.Until(it => it.Count("job-began") > 1, "a second job");
        toRun.Cut();
        toWorker.Cut();
        run.Until(it => it.Lines.Any(line => line.Contains("no worker; waiting", StringComparison.Ordinal)), "that the run waits");
        worker.Until(it => it.Count("lost") > 0, "that the worker stopped its work");
        toRun.Mend();
        toWorker.Mend();
        worker.Until(it => it.Count("admitted") == 2, "that it was admitted again");
        IsAsAlone(run);
    }

    [Fact]
    public void A_coordinator_killed_at_six_moments_goes_on_and_no_finished_job_runs_again()
    {
        Member[] workers = [_crew.Worker(), _crew.Worker()];
        var kills = new List<(string[] Recorded, int[] Admitted)>();
        for (var moment = 0; moment < 6; moment++)
        {
            var run = _crew.Run(OneProcess.Experiment);
            Func<int> happened = (moment % 3) switch
            {
                0 => () => workers.Sum(worker => worker.Count("job-began")),
                1 => () => workers.Sum(worker => worker.Count("job-ended")),
                _ => () => _crew.Recorded().Length,
            };
            var seen = happened();
            run.Until(_ => happened() > seen + (moment / 2), $"more than {seen} + {moment / 2} of what moment {moment} waits for");
            kills.Add((_crew.Recorded(), [.. workers.Select(worker => worker.Count("admitted"))]));
            run.Kill();
        }

        IsAsAlone(_crew.Run(OneProcess.Experiment));

        // What was recorded before a kill is run by nobody whom a later coordinator admitted.
        Assert.Contains(kills, kill => kill.Recorded.Length > 0);
        foreach (var (recorded, admitted) in kills)
            Assert.All(workers.Zip(admitted), pair => Assert.True(
                !pair.First.RanAfter(pair.Second).Intersect(recorded).Any(),
                $"After admission {pair.Second} it ran what was recorded ({string.Join(", ", recorded)}):\n{string.Join('\n', pair.First.Lines)}"));

        // One that was under way or on its way home at a kill may be run again, by the other: how many are so depends on the moments. None by the same.
        Assert.All(workers, worker => Assert.Equal(worker.Events.Where(item => item.Ran).Select(item => item.Job).Distinct().Count(), worker.Events.Count(item => item.Ran)));
    }

    [Fact]
    public void Without_workers_the_run_ends_with_the_reason_and_goes_on_by_the_same_command()
    {
        var ended = _crew.Run(OneProcess.Experiment, "--patience", "1 s").End();
        Assert.Equal(1, ended.Code);
        Assert.Contains("no worker; waiting", ended.Output, StringComparison.Ordinal);
        Assert.Contains("error: No worker took a job for 1 s", ended.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", ended.Error, StringComparison.Ordinal);
        _crew.Worker();
        IsAsAlone(_crew.Run(OneProcess.Experiment));
    }

    [Fact]
    public void A_worker_whose_vector_units_round_otherwise_is_refused_and_says_why()
    {
        if (RuntimeInformation.ProcessArchitecture != Architecture.X64)
            return;
        _crew.Run(OneProcess.Experiment);
        var ended = _crew.Worker(new() { ["ATEN_CPU_CAPABILITY"] = "default", ["ONEDNN_MAX_CPU_ISA"] = "SSE41", ["MKL_CBWR"] = "COMPATIBLE" }).End();
        Assert.Equal(2, ended.Code);
        Assert.Contains("their vector units round differently", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_secret_of_private_noise_leaves_the_coordinator_for_no_worker()
    {
        var worker = _crew.Worker();
        var ended = _crew.Run(CommandLine.Small + """

            extractor { method = fedsc, rounds = 1 }
            fedsc { dimension = 16, privacy = noise, sigma = 0.01, secret = private }
            inference.gates = [localgate]
            evaluation.enabled = off
            """).End();
        Assert.True(ended.Code == 0, ended.Error);
        Assert.NotEqual(0, CommandLine.JobsRun(_crew.Line.Manifest(), "release"));
        Assert.DoesNotContain(worker.Events, item => item.Kind == "release");
        Assert.Contains(worker.Events, item => item.Kind == "fedsc");
        Assert.False(Directory.Exists(Path.Combine(_crew.Line.PathOf("worker-0"), "secrets")));
    }

    [Theory]
    [InlineData("worker --join nowhere", "--join: 'nowhere' is no address of a run")]
    [InlineData("worker --join 127.0.0.1:4000 --threads 0", "--threads: '0' is not possible. Write a whole number in 1..1024.")]
    [InlineData("run x.conf --cluster 127.0.0.1", "--cluster: '127.0.0.1' is no address of a run")]
    [InlineData("run x.conf --cluster 127.0.0.1:4000 --patience soon", "--patience: 'soon' does not start with a number")]
    [InlineData("run x.conf --cluster 192.0.2.1:4000", "may bind loopback addresses only")]
    public void What_makes_no_sense_is_refused_before_anything_runs(string arguments, string message)
    {
        _crew.Line.Write("x.conf", OneProcess.Experiment);
        var ended = _crew.Line.Run(arguments.Split(' '));
        Assert.Equal(2, ended.Code);
        Assert.Contains("error: ", ended.Error, StringComparison.Ordinal);
        Assert.Contains(message, ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_no_run_listens_a_question_ends_with_one_line()
    {
        var ended = _crew.Line.Run("status", "--join", _crew.Place);
        Assert.Equal(1, ended.Code);
        Assert.StartsWith($"error: No run answers at {_crew.Place} within 10 s.", ended.Error, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', ended.Error);
    }

    private void SaysHowItStands()
    {
        var status = _crew.Line.Run("status", "--join", _crew.Place, "--json");
        Assert.True(status.Code == 0, status.Error);
        using var told = JsonDocument.Parse(status.Output);
        Assert.Equal("small", told.RootElement.GetProperty("experiment").GetString());
        Assert.Contains(told.RootElement.GetProperty("members").EnumerateArray(), member => member.GetProperty("roles")[0].GetString() == "coordinator");
        Assert.InRange(told.RootElement.GetProperty("workers").GetArrayLength(), 1, 3);
    }

    private void IsAsAlone(Member run) => Is(alone.Manifest, run);

    /// <summary>The results are among what the state hash is of; the metrics and the models are named for a better word when they differ.</summary>
    private void Is(JsonElement expected, Member run)
    {
        var ended = run.End();
        Assert.True(ended.Code == 0, ended.Error);
        var manifest = _crew.Line.Manifest();
        Assert.All(
            new[] { "metricsHash", "modelHash", "stateHash" },
            hash => Assert.Equal(expected.GetProperty(hash).GetString(), manifest.GetProperty(hash).GetString()));
        Assert.Equal(expected.GetProperty("jobsRun").GetInt64(), manifest.GetProperty("jobsRun").GetInt64() + manifest.GetProperty("jobsRemembered").GetInt64());
    }
}
