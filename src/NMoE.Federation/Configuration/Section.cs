using System.Collections.Immutable;
using System.Reflection;
using NMoE.Learning.Keys;

namespace NMoE.Federation.Configuration;

/// <summary>A record whose members are keys and sections. It is walked once, and makes the record of values.</summary>
/// <param name="Property">The member of the section around it; null for one that stands alone.</param>
/// <param name="Type">The record.</param>
/// <param name="Name">What stands before its keys; empty for those of the section around it.</param>
/// <param name="Reason">What <c>hocon/reference.conf</c> says above it.</param>
/// <param name="Members">In the order of their declaration.</param>
internal sealed record Section(PropertyInfo? Property, Type Type, string Name, string Reason, ImmutableArray<Member> Members) : Member(Property!)
{
    /// <summary>Its keys and those of the sections below, in the order of their declaration.</summary>
    public IEnumerable<Key> Keys => Members.SelectMany(member => member is Section below ? below.Keys : [(Key)member]);

    /// <summary>Walks a record.</summary>
    /// <param name="type">The record.</param>
    /// <param name="property">The member that holds it; null for one that stands alone.</param>
    /// <param name="path">What stands before its keys, with dots.</param>
    /// <param name="when">When all of it is read.</param>
    /// <param name="gate">The gate that brings it; null for one of every experiment.</param>
    public static Section Of(Type type, PropertyInfo? property, string path, ImmutableArray<string> when, string? gate)
    {
        var told = type.GetCustomAttribute<SectionAttribute>();
        var standard = Activator.CreateInstance(type)!;
        ImmutableArray<string> here = [.. when, .. Conditions(type)];
        return new Section(
            property, type, told?.Name ?? "", told?.Reason ?? "",
            [.. type.GetProperties().OrderBy(member => member.MetadataToken).Select(member => MemberOf(member, standard, path, here, gate)).OfType<Member>()]);
    }

    /// <summary>The record with the value that each key is given.</summary>
    public object Make(Func<Key, object?> valueOf)
    {
        var made = Activator.CreateInstance(Type)!;
        foreach (var member in Members)
            member.Property.SetValue(made, member is Section below ? below.Make(valueOf) : valueOf((Key)member));
        return made;
    }

    /// <summary>The keys of a record and their values.</summary>
    public IEnumerable<(Key Key, object? Value)> Read(object record) => Members.SelectMany(member => member is Section below
        ? below.Read(member.Property.GetValue(record)!)
        : [((Key)member, member.Property.GetValue(record))]);

    private static Member? MemberOf(PropertyInfo member, object standard, string path, ImmutableArray<string> when, string? gate)
    {
        if (member.GetCustomAttribute<KeyAttribute>() is { } told)
        {
            var (key, value) = (Below(path, told.NameOf(member)), member.GetValue(standard));
            return new Key(member, key, told, Formats.Of(key, member.PropertyType, told, value), value, [.. when, .. Conditions(member)]) { Gate = gate };
        }

        return member.PropertyType.GetCustomAttribute<SectionAttribute>() is { } section
            ? Of(member.PropertyType, member, Below(path, section.Name), when, gate)
            : null;
    }

    private static IEnumerable<string> Conditions(MemberInfo of) => of.GetCustomAttribute<WhenAttribute>()?.Conditions ?? [];

    private static string Below(string path, string name) => path.Length == 0 ? name : name.Length == 0 ? path : $"{path}.{name}";
}
