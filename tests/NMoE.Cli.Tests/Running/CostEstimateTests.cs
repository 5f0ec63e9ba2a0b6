using NMoE.Cli.Costing;
using NMoE.Compute.Execution;
using NMoE.Compute.Jobs;

namespace NMoE.Cli.Tests.Running;

/// <summary>Hours of an experiment: arithmetic, what jobs take beside it, and the world's own time.</summary>
public sealed class CostEstimateTests
{
    /// <summary>
    /// Five averages, which are charged no speed of their own: 10 ms a job and a microsecond a byte, on two threads; a world of 36 s. Expected values are written out.
    /// </summary>
    [Fact]
    public void Jobs_cost_what_they_take_beside_arithmetic_and_the_world_its_rehearsal()
    {
        var rehearsed = new RehearsalExecutor([new Half()], _ => null);
        foreach (var seed in Enumerable.Range(0, 5))
            rehearsed.Submit(new Job(Half.Name, "{}", [], (ulong)seed));
        var estimate = CostEstimate.Of(rehearsed, new Speeds(1, 1, 100), new JobOverhead(0.01, 1e-6), 2, TimeSpan.FromSeconds(36), 0, 0);

        // 5 x 7200 FLOP at 100 FLOP/s on 2 threads are 180 s; 5 jobs 0.05 s; 5 x 1000 B 0.005 s.
        Assert.Equal((0.05 + 0.005) / 3600, estimate.JobHours, 1e-12);
        Assert.Equal(0.01, estimate.WorldHours, 1e-12);
        Assert.Equal((180 + 0.055 + 36) / 3600, estimate.Hours, 1e-12);
    }

    /// <summary>Twenty jobs' 7200 FLOP at 2 FLOP/s are 20 hours, on all threads that such a machine has together.</summary>
    [Fact]
    public void A_stated_rate_is_of_all_work_of_the_whole_machine()
    {
        var rehearsed = new RehearsalExecutor([new Half()], _ => null);
        foreach (var seed in Enumerable.Range(0, 20))
            rehearsed.Submit(new Job(Half.Name, "{}", [], (ulong)seed));
        Assert.Equal(20, CostEstimate.Of(rehearsed, Speeds.Stated(2), new JobOverhead(0, 0), 1, TimeSpan.Zero, 0, 0).Hours, 1e-12);
    }

    private sealed class Half : IJobFunction
    {
        public const string Name = "half";

        public string Kind => Name;

        public JobForecast Forecast(Job job) => JobForecast.OneBlob(7200, 1000);

        public JobOutput Run(JobContext context) => throw new NotSupportedException();
    }
}
