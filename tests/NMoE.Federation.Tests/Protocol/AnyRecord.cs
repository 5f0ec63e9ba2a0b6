using System.Collections;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using NMoE.Compute.Blobs;
using NMoE.Federation.Protocol;

namespace NMoE.Federation.Tests.Protocol;

/// <summary>Records of any type, filled with numbers that a wire has to take: from their properties alone, so that a new record, or a new property, is tried without a line here.</summary>
internal static class AnyRecord
{
    private static readonly JsonSerializerOptions s_json = new()
    {
        IgnoreReadOnlyProperties = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    private static readonly int[] s_counts = [0, 1, 2, 127, 128, 300, 16_384, 70_000, int.MaxValue];
    private static readonly double[] s_reals = [0, 1, -1.5, 0.1, 1e-300, double.MaxValue, double.PositiveInfinity, double.NaN];

    /// <summary>The record that a JSON object describes.</summary>
    public static object Read(Type type, JsonNode json) => json.Deserialize(type, s_json)!;

    /// <summary>A record that a number stands for.</summary>
    public static object Of(Type type, int seed) => Read(type, Described(type, new Random(seed)));

    /// <summary>Its description.</summary>
    public static JsonNode Described(Type type, Random random) =>
        Nullable.GetUnderlyingType(type) is { } given ? Described(given, random)
        : type == typeof(int) ? (random.Next(2) == 0 ? s_counts[random.Next(s_counts.Length)] : random.Next())
        : type == typeof(long) ? random.NextInt64(1L << random.Next(1, 63))
        : type == typeof(bool) ? random.Next(2) == 0
        : type == typeof(double) ? JsonSerializer.SerializeToNode(s_reals[random.Next(s_reals.Length)], s_json)!
        : type == typeof(string) ? $"text {random.Next(1000)}"
        : type == typeof(BlobHash) ? new JsonObject { [nameof(BlobHash.Hex)] = Convert.ToHexStringLower(Bytes(random)) }
        : type.IsEnum ? JsonSerializer.SerializeToNode(Enum.GetValues(type).GetValue(random.Next(Enum.GetValues(type).Length)), type, s_json)!
        : Interface(type, typeof(IReadOnlyDictionary<,>)) is [var key, var value] ? Entries(key, value, random)
        : Interface(type, typeof(IEnumerable<>)) is [var item] ? Items(type, item, random)
        : new JsonObject(Properties(type).Select(property => KeyValuePair.Create(property.Name, (JsonNode?)(property is { Name: "Stage" or "Step", PropertyType: var named } && named == typeof(string) ? Stage(type, random) : Described(property.PropertyType, random)))));

    private static string Stage(Type type, Random random)
    {
        var stages = type == typeof(Checkpoint) ? Stages.Published : type == typeof(TravellingModel) || type == typeof(TravellingModelTaken) ? Stages.Rings : Stages.Trained;
        return stages[random.Next(stages.Length)];
    }

    private static JsonObject Entries(Type key, Type value, Random random) =>
        new((key == typeof(string) ? Stages.Gates : Numbers(random).Select(number => number.ToString(System.Globalization.CultureInfo.InvariantCulture)))
            .Select(name => KeyValuePair.Create(name, (JsonNode?)Described(value, random))));

    private static JsonArray Items(Type type, Type item, Random random) => type.IsAssignableTo(typeof(IList)) && item != typeof(int)
        ? [.. Enumerable.Range(0, random.Next(4)).Select(_ => Described(item, random))]
        : [.. Numbers(random).Select(number => (JsonNode)number)];

    private static int[] Numbers(Random random) => [.. Enumerable.Range(0, random.Next(6)).Select(_ => random.Next(2) == 0 ? random.Next(200) : random.Next()).Distinct()];

    private static IEnumerable<PropertyInfo> Properties(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite).OrderBy(property => property.Name, StringComparer.Ordinal);

    private static Type[]? Interface(Type type, Type generic) =>
        type.GetInterfaces().Append(type).FirstOrDefault(one => one.IsGenericType && one.GetGenericTypeDefinition() == generic)?.GetGenericArguments();

    private static byte[] Bytes(Random random)
    {
        var bytes = new byte[32];
        random.NextBytes(bytes);
        return bytes;
    }
}
