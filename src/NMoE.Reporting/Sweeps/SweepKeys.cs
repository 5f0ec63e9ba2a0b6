using System.Collections.Immutable;
using NMoE.Reporting.Records;
using NMoE.Reporting.Tables;

namespace NMoE.Reporting.Sweeps;

/// <summary>Which keys a sweep's experiments share, and which ones its labels set.</summary>
internal sealed class SweepKeys
{
    private const string Several = "several axes";
    private readonly SweepResult _result;
    private readonly ImmutableArray<ImmutableSortedDictionary<string, string>> _values;
    private readonly ImmutableArray<string> _differing;

    /// <summary>Of all experiments of a sweep, run or not: keys that they read, but for names and what belongs to the machine.</summary>
    public SweepKeys(SweepResult result)
    {
        _result = result;
        ImmutableArray<ImmutableArray<WrittenKey>> written = [.. result.Plan.Points.Select(point => WrittenKey.Of(point.Configuration.Render()).RemoveAll(key => !IsOfExperiment(key.Key)))];
        _values = [.. written.Select(keys => keys.ToImmutableSortedDictionary(key => key.Key, key => key.Value, StringComparer.Ordinal))];
        ImmutableSortedSet<string> differing = [.. _values.SelectMany(keys => keys.Keys).Distinct().Where(key => _values.Select(keys => keys.GetValueOrDefault(key)).Distinct().Count() > 1)];
        _differing = [.. differing.Intersect(written.SelectMany(keys => keys.Where(key => key is { IsStated: true, IsOfProfile: false })).Select(key => key.Key))];
        Shared = written[0].RemoveAll(key => differing.Contains(key.Key));
    }

    /// <summary>Keys with one value in all experiments.</summary>
    public ImmutableArray<WrittenKey> Shared { get; }

    /// <summary>
    /// A row for each label of each axis, with the keys that follow from it alone; last those that follow from labels of several axes together. What a profile gives follows from the profile's name, and a
    /// default that only some experiments read from another key: neither is shown.
    /// </summary>
    public Table Swept
    {
        get
        {
            var (plan, left) = (_result.Plan, _differing);
            var rows = ImmutableArray.CreateBuilder<ImmutableArray<string>>();
            foreach (var (axis, name) in plan.Axes.Index())
            {
                var places = Enumerable.Range(0, plan.Points.Length).GroupBy(number => plan.Points[number].Labels[axis]).ToArray();
                ImmutableArray<string> own = [.. left.Where(key => places.All(place => place.Select(number => Value(number, key)).Distinct().Count() == 1))];
                left = left.RemoveRange(own);
                rows.AddRange(places.Select(place => (ImmutableArray<string>)
                    [name == plan.Repeat ? $"{name} (repeats)" : name, place.Key, string.Join(", ", own.Where(key => Value(place.First(), key) is not null).Select(key => $"{key} = {Value(place.First(), key)}"))]));
            }

            if (!left.IsEmpty)
                rows.Add([Several, "-", string.Join(", ", left)]);
            return new("What was swept", [SweepTables.Words("Axis"), SweepTables.Words("Label"), SweepTables.Words("Keys")], rows.ToImmutable());
        }
    }

    private string? Value(int number, string key) => _values[number].GetValueOrDefault(key);

    private static bool IsOfExperiment(string key) => key != "experiment.name" && !key.StartsWith("compute.", StringComparison.Ordinal);
}
