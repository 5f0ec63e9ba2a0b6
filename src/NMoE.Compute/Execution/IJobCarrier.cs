using NMoE.Compute.Jobs;

namespace NMoE.Compute.Execution;

/// <summary>Has jobs computed elsewhere than in this process.</summary>
public interface IJobCarrier
{
    /// <summary>Whether a job may leave this process; not one that needs what only this process has, such as a secret.</summary>
    bool Takes(Job job);

    /// <summary>Takes a job that is not remembered, without blocking, and sees to it that <see cref="CarriedJob.Finish"/> or <see cref="CarriedJob.Fail"/> is called.</summary>
    void Carry(CarriedJob job);
}

/// <summary>A job that is computed elsewhere. Its first end counts; one that comes after the executor was stopped counts for nothing.</summary>
public sealed class CarriedJob
{
    private readonly Action<JobResult, TimeSpan?> _finish;
    private readonly Action<Exception> _fail;

    internal CarriedJob(string key, Job job, Action<JobResult, TimeSpan?> finish, Action<Exception> fail) => (Key, Job, _finish, _fail) = (key, job, finish, fail);

    /// <summary>The job's key in the store: 64 hexadecimal digits.</summary>
    public string Key { get; }

    /// <summary>The job.</summary>
    public Job Job { get; }

    /// <summary>Remembers the result and hands it to whoever waits. Writes to disk; a disk that is full fails the job.</summary>
    /// <param name="result">The result. Its blobs have been put into the store.</param>
    /// <param name="time">What the job's function took; null where the result was remembered elsewhere and nothing ran.</param>
    public void Finish(JobResult result, TimeSpan? time) => _finish(result, time);

    /// <summary>Fails the job, and with it the run.</summary>
    /// <param name="cause">Why, as for <see cref="JobFailedException"/>.</param>
    public void Fail(Exception cause) => _fail(cause);
}
