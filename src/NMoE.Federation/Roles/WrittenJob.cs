using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Learning.Jobs;

namespace NMoE.Federation.Roles;

/// <summary>Makes jobs that have their parameters in common without writing those anew for each: in a round they are the same for all clients.</summary>
/// <typeparam name="T">The parameters: a record, so that equal ones are written alike.</typeparam>
internal sealed class WrittenJob<T>
    where T : class, IJobParameters
{
    [ThreadStatic]
    private static WrittenJob<T>? s_last;
    private readonly T _parameters;
    private readonly Job _job;

    private WrittenJob(T parameters) => (_parameters, _job) = (parameters, LearningJob.Create(parameters, 0));

    /// <summary>As <see cref="LearningJob.Create"/>.</summary>
    public static Job Of(T parameters, ulong seed, params ReadOnlySpan<BlobRef> inputs)
    {
        var last = s_last is { } known && known._parameters.Equals(parameters) ? known : s_last = new(parameters);
        return last._job with { Inputs = [.. inputs], Seed = seed };
    }
}
