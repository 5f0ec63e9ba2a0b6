namespace NMoE.Cluster.Live.Persistence;

/// <summary>
/// Holds back what a device does until what it had persisted by then is safe elsewhere: when its node dies, nobody has seen anything that the node that takes over does not know.
/// </summary>
internal sealed class CommitGate
{
    private readonly Queue<(long Version, Action Action)> _held = new();

    /// <summary>What the device persisted last; 0 for nothing.</summary>
    public long Version { get; private set; }

    /// <summary>What of that is safe.</summary>
    public long Safe { get; private set; }

    /// <summary>Whether anything became safe with the present keeper: then that node takes part, and knows that the device is here.</summary>
    public bool IsKnown { get; private set; }

    /// <summary>Actions that are held back.</summary>
    public int Held => _held.Count;

    /// <summary>The device's first version here is safe: it was read from where it was kept.</summary>
    public void Recovered(long version) => Version = Safe = version;

    /// <summary>The device persists something.</summary>
    /// <returns>Its version.</returns>
    public long Persisted() => ++Version;

    /// <summary>Does something now, or once what was persisted is safe.</summary>
    public void Do(Action action)
    {
        if (Safe == Version)
        {
            action();
        }
        else
        {
            _held.Enqueue((Version, action));
        }
    }

    /// <summary>A version, and all before it, are safe.</summary>
    public void Committed(long version)
    {
        IsKnown = true;
        Safe = Math.Max(Safe, Math.Min(version, Version));
        while (_held.TryPeek(out var next) && next.Version <= Safe)
        {
            _held.Dequeue().Action();
        }
    }

    /// <summary>Another node is to keep what the device persists, and may not have begun.</summary>
    public void KeeperChanged() => IsKnown = false;

    /// <summary>The device went dark: what it had not said, it never says.</summary>
    public void Drop() => _held.Clear();
}
