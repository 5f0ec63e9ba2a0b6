using NMoE.Simulation.Network;
using NMoE.Simulation.Time;

namespace NMoE.Federation.Measurement;

/// <summary>What a device may be doing.</summary>
internal enum ActivityKind
{
    /// <summary>It runs a job.</summary>
    Compute,

    /// <summary>A message of it is on its way.</summary>
    Send,

    /// <summary>Neither, until something comes.</summary>
    ReceiveWait,

    /// <summary>It crashed and is not on again.</summary>
    Down,
}

/// <summary>Something that a device does, and whose end is not known when it begins.</summary>
/// <param name="device">The device.</param>
/// <param name="kind">What it does.</param>
/// <param name="what">Kind of job or message, or why it is down.</param>
/// <param name="bytes">Bytes on the wire.</param>
/// <param name="from">Its beginning.</param>
internal sealed class Activity(DeviceId device, ActivityKind kind, string what, long bytes, VirtualTime from)
{
    public DeviceId Device => device;

    public ActivityKind Kind => kind;

    public string What => what;

    public long Bytes => bytes;

    /// <summary>Its beginning.</summary>
    public VirtualTime From { get; set; } = from;

    /// <summary>Its end; null while it goes on.</summary>
    public VirtualTime? Until { get; set; }

    /// <summary>Whom it has reached; null while it goes on, and where it reached nobody.</summary>
    public DeviceId? Reached { get; set; }
}
