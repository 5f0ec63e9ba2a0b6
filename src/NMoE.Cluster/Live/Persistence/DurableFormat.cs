using System.Text.Json;
using System.Text.Json.Serialization;
using NMoE.Federation.Aggregator;
using NMoE.Federation.Client;
using NMoE.Federation.Supervisor;
using NMoE.Simulation.Network;

namespace NMoE.Cluster.Live.Persistence;

/// <summary>What a device persisted, as bytes: JSON whose type follows from the device and from nothing in it.</summary>
internal static class DurableFormat
{
    private static readonly JsonSerializerOptions Json = new()
    {
        // What follows from the rest of a record is not written; losses may be infinite.
        IgnoreReadOnlyProperties = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
    };

    /// <summary>The bytes.</summary>
    public static byte[] Write(object durable) => JsonSerializer.SerializeToUtf8Bytes(durable, durable.GetType(), Json);

    /// <summary>What a device persisted.</summary>
    /// <exception cref="LiveException">The bytes are no such thing.</exception>
    public static object Read(DeviceId device, ReadOnlySpan<byte> bytes)
    {
        try
        {
            return JsonSerializer.Deserialize(bytes, TypeOf(device), Json) ?? throw new JsonException("it holds null");
        }
        catch (Exception problem) when (problem is JsonException or NotSupportedException or InvalidOperationException)
        {
            throw new LiveException($"What the {device} persisted cannot be read: {problem.Message} Begin a new run.");
        }
    }

    private static Type TypeOf(DeviceId device) =>
        device == DeviceId.Aggregator ? typeof(AggregatorDurable)
        : device == DeviceId.Supervisor ? typeof(SupervisorState)
        : typeof(ClientDurable);
}
