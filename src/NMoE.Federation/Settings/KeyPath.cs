using System.Linq.Expressions;
using System.Reflection;
using NMoE.Learning.Keys;

namespace NMoE.Federation.Settings;

/// <summary>The path of a key by the member that holds its value, so that no message spells one wrongly.</summary>
internal static class KeyPath
{
    /// <summary>The path with dots, as in <c>extractor.rounds</c> for <c>settings => settings.Extractor.Rounds</c>.</summary>
    public static string Of<T>(Expression<Func<ExperimentSettings, T>> member)
    {
        var parts = new Stack<string>();
        for (var at = member.Body; at is MemberExpression { Member: PropertyInfo property } step; at = step.Expression)
        {
            var name = property.GetCustomAttribute<KeyAttribute>() is { } key ? key.NameOf(property) : property.PropertyType.GetCustomAttribute<SectionAttribute>()!.Name;
            if (name.Length > 0)
                parts.Push(name);
        }

        return string.Join('.', parts);
    }
}
