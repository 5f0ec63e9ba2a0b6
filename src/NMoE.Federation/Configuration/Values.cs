using System.Collections.Immutable;
using System.Globalization;
using System.Linq.Expressions;
using NMoE.Federation.Settings;

namespace NMoE.Federation.Configuration;

/// <summary>The values that count, each read once, and remembered with its origin.</summary>
/// <param name="settings">All settings, the one that counts last.</param>
internal sealed class Values(ImmutableArray<Setting> settings)
{
    private readonly ImmutableSortedDictionary<string, Setting> written = settings
        .Where(setting => setting.Value is not RawValue.EmptySection || Keys.Find(setting.Key) is { IsFamily: true })
        .GroupBy(setting => setting.Key, StringComparer.Ordinal)
        .ToImmutableSortedDictionary(same => same.Key, same => same.Last(), StringComparer.Ordinal);

    private readonly SortedDictionary<string, EffectiveKey> effective = new(StringComparer.Ordinal);

    /// <summary>The value of a key.</summary>
    public object? Get(Key key) => key.IsFamily ? GetByRound(key) : Read(key.Path, key.Format);

    /// <summary>The value of the key that a member holds.</summary>
    public T Get<T>(Expression<Func<ExperimentSettings, T>> member) => (T)Get(Keys.Find(KeyPath.Of(member))!)!;

    /// <summary>Where the value of a key was written.</summary>
    public Origin Origin(string key) => written[key].Origin;

    /// <summary>Every value read so far, in ordinal order.</summary>
    public ImmutableArray<EffectiveKey> Effective() => [.. effective.Values];

    /// <summary>The values of a family of keys, by round; a round without clients is left out.</summary>
    private ImmutableSortedDictionary<int, ImmutableSortedSet<int>> GetByRound(Key family)
    {
        var prefix = $"{family.Path}.";
        var rounds = ImmutableSortedDictionary.CreateBuilder<int, ImmutableSortedSet<int>>();
        foreach (var key in written.Keys.Where(key => key.StartsWith(prefix, StringComparison.Ordinal)))
        {
            var clients = (ImmutableSortedSet<int>)Read(key, family.Format)!;
            if (clients.Count > 0)
                rounds.Add(int.Parse(key.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture), clients);
            else
                effective.Remove(key);
        }

        if (rounds.Count == 0)
            effective.Add(family.Path, new EffectiveKey(family.Path, "{}", Origin(family.Path).ToString()));
        return rounds.ToImmutable();
    }

    private object? Read(string key, Format format)
    {
        var reading = format.ReadAny(written[key].Value);
        if (reading.Problem is { } problem)
            throw new ConfigurationException(Origin(key), key, problem, $"Write {format.Legal}");
        effective.Add(key, new EffectiveKey(key, format.WriteAny(reading.Value), Origin(key).ToString()));
        return reading.Value;
    }
}
