using NMoE.Compute.Execution;

namespace NMoE.Cluster.Work;

/// <summary>
/// The jobs that a coordinator's board has, by key. One that the executor submits again, since the first is over there, waits until it is over on the board too: what ends there until then is the first.
/// </summary>
internal sealed class CarriedJobs
{
    private readonly Dictionary<string, CarriedJob> _jobs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, CarriedJob> _again = new(StringComparer.Ordinal);

    /// <summary>All, those that wait included.</summary>
    public IEnumerable<CarriedJob> All => _jobs.Values.Concat(_again.Values);

    /// <summary>The keys of those that the board has.</summary>
    public IEnumerable<string> Keys => _jobs.Keys;

    /// <summary>The one that the board has under a key.</summary>
    public CarriedJob this[string key] => _jobs[key];

    /// <summary>Whether the board has one under a key.</summary>
    public bool Has(string key) => _jobs.ContainsKey(key);

    /// <summary>Whether the board has this one, and not the same job submitted at another time: a landing may be late.</summary>
    public bool Has(CarriedJob job) => ReferenceEquals(_jobs.GetValueOrDefault(job.Key), job);

    /// <summary>Takes one.</summary>
    /// <returns>Whether it begins now; else when the one before it has ended.</returns>
    public bool Begins(CarriedJob job)
    {
        if (_jobs.TryAdd(job.Key, job))
            return true;
        _again[job.Key] = job;
        return false;
    }

    /// <summary>Ends what the board has under a key.</summary>
    /// <returns>It, where there is one, and the one that is to begin in its place.</returns>
    public (CarriedJob? Ended, CarriedJob? Next) End(string key)
    {
        _jobs.Remove(key, out var ended);
        _again.Remove(key, out var next);
        return (ended, next);
    }
}
