using NMoE.Cli.Running;
using NMoE.Compute.Execution;
using NMoE.Compute.Jobs;
using NMoE.Compute.Store;

namespace NMoE.Cli.Tests.Running;

public sealed class LargestBlobTests
{
    /// <summary>An array holds 2 147 483 591 bytes.</summary>
    [Theory]
    [InlineData(2_147_483_591L, false)]
    [InlineData(2_147_483_592L, true)]
    [InlineData(3_000_000_000L, true)]
    public void An_experiment_with_a_blob_beyond_all_arrays_is_refused_before_it_starts(long bytes, bool refused)
    {
        var executor = new RehearsalExecutor([new Leaving(bytes)], _ => null);
        executor.Submit(new Job("leaving", "{}", [], 1));
        var problem = Record.Exception(() => new Rehearsal(executor, null!).Require(new StoreSettings("store", long.MaxValue)));

        Assert.Equal(refused, problem is StoreException { Fault: StoreFault.TooLarge });
        Assert.Equal(refused, problem is not null);
        if (bytes == 3_000_000_000L)
            Assert.Contains("'leaving' of this experiment leaves: 3.0 GB in one blob, which has at most 2.1 GB. Fewer pictures a client", problem!.Message, StringComparison.Ordinal);
    }

    private sealed class Leaving(long bytes) : IJobFunction
    {
        public string Kind => "leaving";

        public JobForecast Forecast(Job job) => new(1, [bytes], [], []);

        public JobOutput Run(JobContext context) => throw new NotSupportedException();
    }
}
