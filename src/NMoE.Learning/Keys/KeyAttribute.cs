using System.Reflection;
using System.Text.RegularExpressions;

namespace NMoE.Learning.Keys;

/// <summary>Makes a member of a section a key of experiments: its legal values, unit and reason. Its type says how it is written, its initial value is the default.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed partial class KeyAttribute : Attribute
{
    /// <summary>A key whose type says what is legal.</summary>
    /// <param name="reason">What it is for, in lines as <c>hocon/reference.conf</c> has them.</param>
    public KeyAttribute(string reason) => Reason = reason;

    /// <summary>A key with a range.</summary>
    /// <param name="range">As in <c>(0, 1]</c> (a number), <c>1..100</c> (a whole one) or <c>1 ms..10000 h</c> (a measure in the units of that quantity).</param>
    /// <param name="reason">What it is for, with <c>{range}</c> where the range should stand.</param>
    public KeyAttribute(string range, string reason) => (Range, Reason) = (range, reason.Replace("{range}", range, StringComparison.Ordinal));

    /// <summary>Its range; empty where it has none.</summary>
    public string Range { get; } = "";

    /// <summary>What it is for, with its range.</summary>
    public string Reason { get; }

    /// <summary>Its name, where that is not the member's.</summary>
    public string? Name { get; init; }

    /// <summary>A word that stands for no number: <c>unlimited</c>, <c>never</c>, <c>forecast</c>.</summary>
    public string? Word { get; init; }

    /// <summary>What the empty text stands for, for a path.</summary>
    public string? Empty { get; init; }

    /// <summary>The names of an enumeration's members, in their order and with spaces between, where they are not the members' own.</summary>
    public string? Choices { get; init; }

    /// <summary>What a whole number is a multiple of. The default value is 1.</summary>
    public int Step { get; init; } = 1;

    /// <summary>The unit of a number that is written without one.</summary>
    public string? Unit { get; init; }

    /// <summary>The key's name below its section.</summary>
    public string NameOf(MemberInfo member)
    {
        ArgumentNullException.ThrowIfNull(member);
        return Name ?? Kebab(member.Name);
    }

    /// <summary>A name of code as configurations write it: <c>LearningRate</c> is <c>learning-rate</c>.</summary>
    public static string Kebab(string name) => Hump().Replace(name, "-").ToLowerInvariant();

    [GeneratedRegex("(?<=[a-z0-9])(?=[A-Z])")]
    private static partial Regex Hump();
}

/// <summary>A record whose members are keys, and sections.</summary>
/// <param name="name">What stands before its keys; empty where they are keys of the section around it.</param>
/// <param name="reason">What <c>hocon/reference.conf</c> says above it.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class SectionAttribute(string name, string reason = "") : Attribute
{
    /// <summary>What stands before its keys.</summary>
    public string Name { get; } = name;

    /// <summary>What stands above it.</summary>
    public string Reason { get; } = reason;
}

/// <summary>When a key, or every key of a section, is read: where all of these hold; without, always.</summary>
/// <param name="conditions">As in <c>channel.model = shared</c>, <c>gate.mode = switch or top-k</c>, <c>rangate in inference.gates</c>, or the words of a condition that code decides.</param>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Class)]
public sealed class WhenAttribute(params string[] conditions) : Attribute
{
    /// <summary>The conditions; the first that does not hold is the one that a user is told.</summary>
    public IReadOnlyList<string> Conditions { get; } = conditions;
}

/// <summary>A key that promises protection or a comparison: stated where nothing reads it, it is refused.</summary>
/// <param name="nothing">The value that promises nothing; null where every value promises something.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class PromiseAttribute(string? nothing = null) : Attribute
{
    /// <summary>The value that promises nothing.</summary>
    public string? Nothing { get; } = nothing;
}
