using System.Text.Json;
using System.Text.Json.Serialization;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;

namespace NMoE.Learning.Jobs;

/// <summary>The parameters of one kind of job. Members are part of the job's key, in declaration order.</summary>
public interface IJobParameters
{
    /// <summary>The kind of job that takes these parameters.</summary>
    static abstract string Kind { get; }
}

/// <summary>Makes jobs of parameter records, and reads the records back.</summary>
public static class LearningJob
{
    private static readonly JsonSerializerOptions Canonical = new()
    {
        Converters = { new JsonStringEnumConverter() },
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>A job of the parameters' kind.</summary>
    public static Job Create<T>(T parameters, ulong seed, params ReadOnlySpan<BlobRef> inputs)
        where T : IJobParameters =>
        new(T.Kind, JsonSerializer.Serialize(parameters, Canonical), [.. inputs], seed);

    /// <summary>Part of a job's parameters whose type its kind does not know; null for nothing.</summary>
    public static JsonElement? Element(object? part) => part is null ? null : JsonSerializer.SerializeToElement(part, part.GetType(), Canonical);

    /// <summary>Reads back what <see cref="Element"/> wrote.</summary>
    public static T Read<T>(JsonElement part) => part.Deserialize<T>(Canonical) ?? throw new JsonException($"A {typeof(T).Name} is missing.");

    /// <summary>The same of a type that is known by name.</summary>
    public static object Read(JsonElement part, Type type) => part.Deserialize(type, Canonical) ?? throw new JsonException($"A {type.Name} is missing.");

    /// <summary>The parameters of a job.</summary>
    public static T Parameters<T>(Job job)
        where T : IJobParameters =>
        JsonSerializer.Deserialize<T>(job.Parameters, Canonical)
        ?? throw new JsonException($"A job of kind '{job.Kind}' has no parameters.");
}
