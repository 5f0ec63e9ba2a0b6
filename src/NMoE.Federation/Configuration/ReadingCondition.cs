using System.Collections.Immutable;
using NMoE.Federation.Settings;

namespace NMoE.Federation.Configuration;

/// <summary>What a condition is asked about.</summary>
/// <param name="Settings">The experiment.</param>
/// <param name="Key">The key that would be read.</param>
/// <param name="Text">The value of any key as it is written.</param>
internal sealed record Asked(ExperimentSettings Settings, Key Key, Func<string, string> Text);

/// <summary>When keys are read.</summary>
/// <param name="Words">The condition, to follow "It is read with".</param>
/// <param name="Deciding">The keys whose values decide it.</param>
/// <param name="Holds">Whether an experiment meets it.</param>
internal sealed record ReadingCondition(string Words, ImmutableArray<string> Deciding, Func<Asked, bool> Holds)
{
    /// <summary>The keys of an experiment that nothing reads, in ordinal order.</summary>
    /// <param name="settings">The experiment.</param>
    /// <param name="values">Its values.</param>
    /// <param name="origins">Where they were written.</param>
    /// <param name="stated">Keys that a file or an override states.</param>
    public static IEnumerable<UnreadKey> Unread(
        ExperimentSettings settings, ImmutableArray<EffectiveKey> values, Func<string, Origin> origins, ImmutableSortedSet<string> stated)
    {
        foreach (var value in values)
        {
            if (Keys.Find(value.Key) is { } key && Of(settings, values, key, value, origins(value.Key)) is { } unread)
                yield return unread with { IsStated = stated.Contains(value.Key) };
        }
    }

    /// <summary>A value that nothing reads; null where something does.</summary>
    /// <param name="settings">The experiment.</param>
    /// <param name="values">Its values.</param>
    /// <param name="key">The key, or the one that it stands for.</param>
    /// <param name="value">Its value.</param>
    /// <param name="origin">Where that was written.</param>
    public static UnreadKey? Of(ExperimentSettings settings, ImmutableArray<EffectiveKey> values, Key key, EffectiveKey value, Origin origin)
    {
        string Text(string path) => values.First(other => other.Key == path).Value;
        if (key.When.Select(ReadingConditions.Of).FirstOrDefault(condition => !condition.Holds(new(settings, key, Text))) is not { } unmet)
            return null;
        var deciding = unmet.Deciding.Select(path => values.First(other => other.Key == path)).ToArray();
        return new UnreadKey(value.Key, value.Value, unmet.Words, string.Join(", ", deciding.Select(other => $"{other.Key} = {other.Value} ({other.Origin})")))
        {
            Origin = origin,
            IsPromise = key.Promises(value.Value)
                // Who takes back by an override what a file promises knows it.
                && (value.Origin == ExperimentReader.SetName || deciding.All(other => other.Origin != ExperimentReader.SetName)),
        };
    }
}
