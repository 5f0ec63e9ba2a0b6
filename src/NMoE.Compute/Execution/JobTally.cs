using System.Collections.Immutable;
using System.Globalization;
using NMoE.Compute.Jobs;

namespace NMoE.Compute.Execution;

/// <summary>Counts distinct keys: a job whose blob had to be made again was both remembered and run.</summary>
internal sealed class JobTally
{
    private const int Digits = 32;

    private readonly Counted _run = new();
    private readonly Counted _remembered = new();

    public ExecutorCounts Counts
    {
        get
        {
            lock (_run)
                return new(_run.Keys.Count, _remembered.Keys.Count, _run.ByKind, _remembered.ByKind);
        }
    }

    public void Ran(string key, Job job)
    {
        lock (_run)
            _run.Add(NameOf(key), job.Kind);
    }

    /// <summary>A job that was run here is not remembered from anybody.</summary>
    public void Remembered(string key, Job job)
    {
        var name = NameOf(key);
        lock (_run)
        {
            if (!_run.Keys.Contains(name))
                _remembered.Add(name, job.Kind);
        }
    }

    // Half of a key tells jobs apart, and takes a tenth of the memory: a run has hundreds of thousands.
    private static UInt128 NameOf(string key) => UInt128.Parse(key.AsSpan(0, Digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    private sealed class Counted
    {
        public HashSet<UInt128> Keys { get; } = [];

        public ImmutableSortedDictionary<string, int> ByKind { get; private set; } = ImmutableSortedDictionary.Create<string, int>(StringComparer.Ordinal);

        public void Add(UInt128 key, string kind)
        {
            if (Keys.Add(key))
                ByKind = ByKind.SetItem(kind, ByKind.GetValueOrDefault(kind) + 1);
        }
    }
}
