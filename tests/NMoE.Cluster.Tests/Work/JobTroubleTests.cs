using NMoE.Cluster.Work;
using NMoE.Cluster.Work.Messages;
using NMoE.Compute.Execution;
using NMoE.Compute.Store;
using NMoE.Learning.Data;
using NMoE.Learning.Partitions;

namespace NMoE.Cluster.Tests.Work;

/// <summary>Which failures of a job are the worker's own.</summary>
public sealed class JobTroubleTests
{
    public static TheoryData<Exception, string> Failures => new()
    {
        { new StoreException(StoreFault.DiskFull, "x", "the disk is full"), "returned" },
        { new IOException("broken pipe"), "returned" },
        { new InvalidOperationException("DefaultCPUAllocator: can't allocate memory: you tried to allocate 1 bytes"), "returned" },
        { new OperationCanceledException(), "returned" },
        { new DataException("x", "missing", "get it"), "returned" },
        { new PartitionException("too few pictures"), "Experiment" },
        { new InvalidOperationException("shapes differ"), "Function" },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public void A_workers_own_trouble_gives_the_job_back_and_any_other_failure_is_told(Exception cause, string told)
    {
        var job = ToyFunction.Job("join", 1);
        var end = JobTrouble.Of("key", new JobFailedException(job, cause));
        Assert.Equal(told, end is JobBroke broke ? broke.Fault.ToString() : Assert.IsType<JobReturned>(end) is { Key: "key" } ? "returned" : "");
    }
}
