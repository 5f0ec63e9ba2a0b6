using System.Collections.Immutable;
using NMoE.Compute.Jobs;

namespace NMoE.Compute.Execution;

/// <summary>Counts distinct keys: a job whose blob had to be made again was both remembered and run.</summary>
internal sealed class JobTally
{
    private readonly Dictionary<string, string> _run = [];
    private readonly Dictionary<string, string> _remembered = [];

    public ExecutorCounts Counts
    {
        get
        {
            lock (_run)
                return new(_run.Count, _remembered.Count, ByKind(_run), ByKind(_remembered));
        }
    }

    public void Ran(string key, Job job)
    {
        lock (_run)
            _run.TryAdd(key, job.Kind);
    }

    public void Remembered(string key, Job job)
    {
        lock (_run)
            _remembered.TryAdd(key, job.Kind);
    }

    private static ImmutableSortedDictionary<string, int> ByKind(Dictionary<string, string> kinds) =>
        kinds.Values.CountBy(k => k).ToImmutableSortedDictionary(StringComparer.Ordinal);
}
