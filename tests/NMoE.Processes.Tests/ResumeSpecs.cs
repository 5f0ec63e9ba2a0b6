namespace NMoE.Processes.Tests;

/// <summary>One experiment has one state hash, whatever became of the processes that computed it.</summary>
public sealed class ResumeSpecs : IDisposable
{
    private readonly CommandLine _line = new();

    public void Dispose() => _line.Dispose();

    [Fact]
    public void Killed_in_each_stage_and_started_again_the_run_ends_with_the_clean_runs_hash_and_no_job_done_twice()
    {
        using var clean = new CommandLine();
        Assert.Equal(0, clean.RunExperiment(CommandLine.Small).Code);
        var expected = clean.Manifest();

        var file = _line.Write("x.conf", CommandLine.Small);
        long done = 0;
        foreach (var kind in new[] { "fedce", "expert", "fedgate", "route" })
        {
            _line.KillAfter(kind, file);
            done += _line.Manifest().GetProperty("jobsRun").GetInt64();
        }

        Assert.Equal(0, _line.Run(_line.RunArguments(file)).Code);
        var manifest = _line.Manifest();
        done += manifest.GetProperty("jobsRun").GetInt64();

        Assert.Equal(expected.GetProperty("stateHash").GetString(), manifest.GetProperty("stateHash").GetString());
        const int killsTimesThreads = 4 * 2;
        Assert.InRange(done, 1, expected.GetProperty("jobsRun").GetInt64() + killsTimesThreads);
        Assert.NotEqual(0, manifest.GetProperty("jobsRemembered").GetInt64());
    }

    [Fact]
    public void A_second_run_and_one_on_one_thread_and_one_without_evaluation_agree()
    {
        Assert.Equal(0, _line.RunExperiment(CommandLine.Small).Code);
        var first = _line.Manifest();
        Assert.Equal(0, _line.RunExperiment(CommandLine.Small).Code);
        var second = _line.Manifest();
        Assert.Equal(first.GetProperty("stateHash").GetString(), second.GetProperty("stateHash").GetString());
        Assert.Equal(0, second.GetProperty("jobsRun").GetInt64());

        using var alone = new CommandLine();
        Assert.Equal(0, alone.RunExperiment(CommandLine.Small, "compute.threads=1").Code);
        Assert.Equal(first.GetProperty("stateHash").GetString(), alone.Manifest().GetProperty("stateHash").GetString());

        using var blind = new CommandLine();
        Assert.Equal(0, blind.RunExperiment(CommandLine.Small, "evaluation.enabled=off").Code);
        Assert.Equal(first.GetProperty("traceHash").GetString(), blind.Manifest().GetProperty("traceHash").GetString());
        Assert.Equal(first.GetProperty("modelHash").GetString(), blind.Manifest().GetProperty("modelHash").GetString());
    }

    [Fact]
    public void Servers_that_stop_before_inference_change_no_answer()
    {
        Assert.Equal(0, _line.RunExperiment(CommandLine.Small).Code);
        var retired = _line.Manifest();
        using var other = new CommandLine();
        Assert.Equal(0, other.RunExperiment(CommandLine.Small, "experiment.retire-servers=off").Code);
        foreach (var hash in new[] { "metricsHash", "modelHash", "ledgerHash" })
        {
            Assert.Equal(retired.GetProperty(hash).GetString(), other.Manifest().GetProperty(hash).GetString());
        }
    }

    [Theory]
    [InlineData("channel.bandwidth=1 Mbit/s")]
    [InlineData("inference.gates=[rangate]")]
    public void Another_channel_or_gate_runs_no_stage_1_job_again(string set)
    {
        Assert.Equal(0, _line.RunExperiment(CommandLine.Small).Code);
        Directory.Delete(_line.PathOf("runs"), recursive: true);
        Assert.Equal(0, _line.RunExperiment(CommandLine.Small, set).Code);
        Assert.Equal(0, CommandLine.JobsRun(_line.Manifest(), "fedce"));
    }

    [Fact]
    public void A_change_of_round_3_reuses_rounds_1_and_2()
    {
        Assert.Equal(0, _line.RunExperiment(CommandLine.Small).Code);
        Directory.Delete(_line.PathOf("runs"), recursive: true);
        Assert.Equal(0, _line.RunExperiment(CommandLine.Small, "extractor.absent.3=[1]").Code);

        // Round 3 starts from the same model, so its one client's job is remembered too; round 4 is new for both.
        Assert.Equal(2, CommandLine.JobsRun(_line.Manifest(), "fedce"));
    }
}
