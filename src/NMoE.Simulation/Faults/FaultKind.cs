namespace NMoE.Simulation.Faults;

/// <summary>What goes wrong, with messages or devices.</summary>
public enum FaultKind
{
    /// <summary>A message reached nobody.</summary>
    Drop,

    /// <summary>A message arrived damaged.</summary>
    Corrupt,

    /// <summary>A message left later.</summary>
    Delay,

    /// <summary>A message came twice.</summary>
    Duplicate,

    /// <summary>A message may be overtaken.</summary>
    Reorder,

    /// <summary>A device lost what was not persisted, and returns.</summary>
    Crash,

    /// <summary>A device crashed for good.</summary>
    Kill,

    /// <summary>A device computes more slowly.</summary>
    Slow,

    /// <summary>A device is cut off from others.</summary>
    Partition,

    /// <summary>Nothing moves between a device and others.</summary>
    Hold,

    /// <summary>A client went away for a while.</summary>
    Churn,
}
