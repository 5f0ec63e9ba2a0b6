using System.Collections.Immutable;
using NMoE.Federation.Settings;

namespace NMoE.Federation.Configuration;

/// <summary>When some keys are read. A key under several conditions is read where all of them hold.</summary>
/// <param name="Words">The condition, to follow "It is read with".</param>
/// <param name="Holds">Whether an experiment meets it.</param>
/// <param name="Deciding">The keys whose values decide it.</param>
/// <param name="Keys">The keys that are read then.</param>
internal sealed record ReadingCondition(string Words, Func<ExperimentSettings, bool> Holds, ImmutableArray<Key> Deciding, ImmutableArray<Key> Keys)
{
    /// <summary>The keys of an experiment that nothing reads, in ordinal order.</summary>
    /// <param name="settings">The experiment.</param>
    /// <param name="values">Its values.</param>
    /// <param name="origins">Where they were written.</param>
    /// <param name="stated">Keys that a file or an override states.</param>
    public static IEnumerable<UnreadKey> Unread(
        ExperimentSettings settings, ImmutableArray<EffectiveKey> values, Func<string, Origin> origins, ImmutableSortedSet<string> stated)
    {
        var unmet = ReadingConditions.All.Where(condition => !condition.Holds(settings)).ToArray();
        foreach (var value in values)
        {
            if (unmet.FirstOrDefault(condition => condition.Keys.Any(key => key.Path == value.Key)) is not { } condition)
                continue;
            var deciding = condition.Deciding.Select(key => values.First(other => other.Key == key.Path)).ToArray();
            yield return new UnreadKey(
                value.Key, value.Value, condition.Words, string.Join(", ", deciding.Select(other => $"{other.Key} = {other.Value} ({other.Origin})")))
            {
                Origin = origins(value.Key),
                IsStated = stated.Contains(value.Key),
                IsPromise = IsPromise(value) && (value.Origin == ExperimentReader.SetName || deciding.All(other => other.Origin != ExperimentReader.SetName)),
            };
        }
    }

    /// <summary>Whether a value promises something. Who takes back by an override what a file promises knows it.</summary>
    private static bool IsPromise(EffectiveKey value) => ReadingConditions.Promises.Any(promise => promise.Key.Path == value.Key && promise.Nothing != value.Value);
}
