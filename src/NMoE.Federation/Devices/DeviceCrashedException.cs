namespace NMoE.Federation.Devices;

/// <summary>A device crashed, from the fault schedule or by a learning failure: its volatile state is gone.</summary>
public sealed class DeviceCrashedException(string reason) : Exception(reason)
{
    /// <summary>How long it stays off; null for as long as the supervisor's back-off says, which counts against the device's restarts.</summary>
    public TimeSpan? Off { get; init; }

    /// <summary>Whether it can return.</summary>
    public Return Return { get; init; }
}

/// <summary>Whether a device can return after a crash.</summary>
public enum Return
{
    /// <summary>As long as its restarts last.</summary>
    Possible,

    /// <summary>Never.</summary>
    Never,
}

/// <summary>The experiment cannot go on, for a reason that lies in the experiment.</summary>
public sealed class ExperimentFailedException(string reason) : Exception(reason);
