using System.Collections;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Reflection;
using NMoE.Compute.Blobs;

namespace NMoE.Federation.Protocol;

/// <summary>The blobs that a record names, in its own properties and in those of the records and collections that it holds: a device that persists it has these after a crash.</summary>
public static class NamedBlobs
{
    private static readonly ConcurrentDictionary<Type, ImmutableArray<PropertyInfo>> s_properties = [];

    /// <summary>All of them, property by property in the order of their names; one that is named twice comes twice. None for null.</summary>
    public static IEnumerable<BlobRef> In(object? value) => value switch
    {
        null => [],
        BlobRef blob => [blob],
        IDictionary pairs => pairs.Values.Cast<object?>().SelectMany(In),
        IEnumerable items => items.Cast<object?>().SelectMany(In),
        _ => s_properties.GetOrAdd(value.GetType(), Properties).SelectMany(property => In(property.GetValue(value))),
    };

    private static ImmutableArray<PropertyInfo> Properties(Type type) => [.. Kept(type).Where(property => CanName(property.PropertyType, []))];

    /// <summary>What is computed from the rest of a record is no part of it.</summary>
    private static IEnumerable<PropertyInfo> Kept(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite).OrderBy(property => property.Name, StringComparer.Ordinal);

    /// <summary>Whether a value of the type can lead to a blob: what holds numbers only is never looked into.</summary>
    private static bool CanName(Type type, ImmutableArray<Type> within) =>
        type == typeof(BlobRef)
        || (!within.Contains(type)
            && (type.IsInterface ? !type.IsGenericType : type.GetGenericArguments().Concat(Kept(type).Select(property => property.PropertyType)).Any(part => CanName(part, within.Add(type)))));
}
