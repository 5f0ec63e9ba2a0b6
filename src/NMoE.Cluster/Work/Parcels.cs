using System.Collections.Immutable;
using Google.Protobuf;
using NMoE.Cluster.Blobs;
using NMoE.Cluster.Work.Messages;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Federation.Protocol;
using IMessage = Google.Protobuf.IMessage;

namespace NMoE.Cluster.Work;

/// <summary>Jobs and results as parcels: an average over thousands of clients names more inputs than a message may hold.</summary>
internal static class Parcels
{
    /// <summary>A job, packed.</summary>
    /// <param name="job">The job.</param>
    /// <param name="shelf">Keeps what is too large for a message.</param>
    public static Parcel Pack(Job job, IBlobShelf shelf) => Pack(
        new Wire.Job { Kind = job.Kind, Parameters = job.Parameters, Inputs = { job.Inputs.Select(WorkForms.Write) }, Seed = job.Seed }, shelf);

    /// <summary>A result, packed.</summary>
    /// <param name="result">The result.</param>
    /// <param name="shelf">Keeps what is too large for a message.</param>
    public static Parcel Pack(JobResult result, IBlobShelf shelf) => Pack(
        new Wire.Result
        {
            Outputs = { result.Outputs.Select(WorkForms.Write) },
            Metrics = { result.Metrics.Select(pair => new Wire.Metric { Name = pair.Key, Value = pair.Value }) },
            Integers = { result.Integers },
        },
        shelf);

    /// <summary>The job of a parcel's bytes.</summary>
    /// <exception cref="WireException">They are none.</exception>
    public static Job JobOf(ReadOnlyMemory<byte> bytes)
    {
        var job = Parse(Wire.Job.Parser, bytes);
        return new(job.Kind, job.Parameters, [.. job.Inputs.Select(WorkForms.Read)], job.Seed);
    }

    /// <summary>The result of a parcel's bytes.</summary>
    /// <exception cref="WireException">They are none.</exception>
    public static JobResult ResultOf(ReadOnlyMemory<byte> bytes)
    {
        var result = Parse(Wire.Result.Parser, bytes);
        if (result.Metrics.DistinctBy(metric => metric.Name).Count() != result.Metrics.Count)
            throw new WireException("A result has two metrics of one name.");
        return new(
            [.. result.Outputs.Select(WorkForms.Read)],
            result.Metrics.ToImmutableSortedDictionary(metric => metric.Name, metric => metric.Value, StringComparer.Ordinal),
            [.. result.Integers]);
    }

    /// <summary>The blobs that a result names, where it came inside of a message; none of one that is refused, for its landing says so.</summary>
    /// <param name="result">The parcel.</param>
    public static ImmutableArray<BlobRef> OutputsOf(Parcel result)
    {
        try
        {
            return result.Blob is null ? ResultOf(result.Inside).Outputs : [];
        }
        catch (WireException)
        {
            return [];
        }
    }

    private static Parcel Pack(IMessage message, IBlobShelf shelf)
    {
        var bytes = message.ToByteArray();
        return bytes.Length <= WorkForms.MostInside ? new(bytes, null) : new(default, shelf.Put(bytes));
    }

    private static T Parse<T>(MessageParser<T> parser, ReadOnlyMemory<byte> bytes)
        where T : IMessage<T>
    {
        try
        {
            return parser.ParseFrom(bytes.Span);
        }
        catch (InvalidProtocolBufferException problem)
        {
            throw new WireException($"A parcel was refused: {problem.Message}");
        }
    }
}
