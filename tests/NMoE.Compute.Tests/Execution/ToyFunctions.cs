using System.Collections.Concurrent;
using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;

namespace NMoE.Compute.Tests.Execution;

/// <summary>A kind whose output is a text made of its parameters, seed and inputs.</summary>
internal sealed class Toy(string kind, Func<JobContext, string> text) : IJobFunction
{
    public string Kind => kind;

    public ConcurrentQueue<Job> Ran { get; } = new();

    public static Toy Join() => new("join", c => $"{c.Job.Parameters}/{c.Job.Seed}({string.Join("+", c.Inputs.Select(Text))})");

    /// <summary>Gives its input back, as the average of one model does.</summary>
    public static Toy Same() => new("same", c => Text(c.Inputs[0]));

    public static Job Job(string kind, ulong seed, params BlobRef[] inputs) => new(kind, "p", [.. inputs], seed);

    public static string Text(ReadOnlyMemory<byte> bytes) => System.Text.Encoding.UTF8.GetString(bytes.Span);

    public JobForecast Forecast(Job job) => new(job.Seed, [10], [7], ["length"]);

    public JobOutput Run(JobContext context)
    {
        Ran.Enqueue(context.Job);
        var blob = System.Text.Encoding.UTF8.GetBytes(text(context));
        return new([blob], ImmutableSortedDictionary<string, double>.Empty.Add("length", blob.Length), [blob.Length]);
    }
}
