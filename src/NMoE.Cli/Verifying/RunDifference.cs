using System.Collections.Immutable;
using NMoE.Simulation.Tracing;

namespace NMoE.Cli.Verifying;

/// <summary>How a run differs from the one it is compared with.</summary>
/// <param name="Trace">The first event that differs; null where the traces are equal.</param>
/// <param name="Models">Models that differ, or that only one of the runs has.</param>
/// <param name="Metrics">The first line of <c>metrics.jsonl</c> that differs; null where there is none.</param>
/// <param name="Ledger">The first line of <c>ledger.csv</c> that differs; null where there is none.</param>
internal sealed record RunDifference(
    TraceDifference? Trace, ImmutableArray<ModelDifference> Models, LineDifference? Metrics, LineDifference? Ledger)
{
    private const int EventsBefore = 5;

    /// <summary>Compares what two runs left, as far as the second went; the first came to its end.</summary>
    /// <returns>Null where they are equal.</returns>
    public static RunDifference? Find(RunTrail first, RunTrail second)
    {
        var (one, other) = (RunFacts.Read(first), RunFacts.Read(second));
        if (one.Hashes == other.Hashes)
        {
            return null;
        }

        if (other.Hashes is null)
        {
            return Events(first.Trace, second.Trace) is { Second: not null } found ? new(found, [], null, null) : null;
        }

        return new(
            Events(first.Trace, second.Trace),
            Of(one.Models, other.Models),
            LineDifference.Find(File.ReadLines(first.Metrics), File.ReadLines(second.Metrics)),
            LineDifference.Find(File.ReadLines(first.Ledger), File.ReadLines(second.Ledger)));
    }

    private static TraceDifference? Events(string first, string second)
    {
        using var one = File.OpenRead(first);
        using var other = File.OpenRead(second);
        return TraceDifference.Find(TraceReader.Read(one), TraceReader.Read(other), EventsBefore);
    }

    private static ImmutableArray<ModelDifference> Of(ImmutableArray<ModelFact> first, ImmutableArray<ModelFact> second) =>
    [
        .. first.Concat(second).Select(model => model.Name).Distinct()
            .Select(name => new ModelDifference(name, Hash(first, name), Hash(second, name)))
            .Where(model => model.First != model.Second),
    ];

    private static string? Hash(ImmutableArray<ModelFact> models, string name) => models.FirstOrDefault(model => model.Name == name)?.Hash;
}

/// <summary>A model that is not the same in two runs.</summary>
/// <param name="Name">Its name.</param>
/// <param name="First">SHA-256 in the first run; null where it has none of that name.</param>
/// <param name="Second">SHA-256 in the second run; null where it has none of that name.</param>
internal sealed record ModelDifference(string Name, string? First, string? Second);

/// <summary>The first line that is not the same in two files.</summary>
/// <param name="Number">Its number, from 1.</param>
/// <param name="First">The first file's line; null where that file has ended.</param>
/// <param name="Second">The second file's line; null where that file has ended.</param>
internal sealed record LineDifference(int Number, string? First, string? Second)
{
    /// <summary>Goes along two files until they differ.</summary>
    /// <returns>Null where they are the same.</returns>
    public static LineDifference? Find(IEnumerable<string> first, IEnumerable<string> second)
    {
        using var left = first.GetEnumerator();
        using var right = second.GetEnumerator();
        for (var number = 1; ; number++)
        {
            var (one, other) = (left.MoveNext() ? left.Current : null, right.MoveNext() ? right.Current : null);
            if (one != other)
            {
                return new(number, one, other);
            }

            if (one is null)
            {
                return null;
            }
        }
    }
}
