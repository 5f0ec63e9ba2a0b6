using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;

namespace NMoE.Cluster.Tests.Work;

/// <summary>A kind of job whose output is a text made of its parameters, seed and inputs.</summary>
internal sealed class ToyFunction(string kind, Func<JobContext, string> text) : IJobFunction
{
    public string Kind => kind;

    public ConcurrentQueue<Job> Ran { get; } = new();

    public static ToyFunction Join(string kind = "join") => new(kind, Joined);

    public static Job Job(string kind, ulong seed, params BlobRef[] inputs) => new(kind, "p", [.. inputs], seed);

    public static string Joined(JobContext context) =>
        $"{context.Job.Parameters}/{context.Job.Seed}({string.Join('+', context.Inputs.Select(input => Encoding.UTF8.GetString(input.Span)))})";

    public JobForecast Forecast(Job job) => JobForecast.OneBlob(1e6, 10);

    public JobOutput Run(JobContext context)
    {
        Ran.Enqueue(context.Job);
        var blob = Encoding.UTF8.GetBytes(text(context));
        return new([blob], ImmutableSortedDictionary<string, double>.Empty.Add("length", blob.Length).Add("not", double.NaN), [-1, blob.Length]);
    }
}
