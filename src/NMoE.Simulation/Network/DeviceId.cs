namespace NMoE.Simulation.Network;

/// <summary>A device of the world. Clients are numbered from 0; servers have numbers below.</summary>
/// <param name="Number">The client's number, or a negative one for a server.</param>
public readonly record struct DeviceId(int Number) : IComparable<DeviceId>
{
    /// <summary>The device that the aggregator runs on.</summary>
    public static DeviceId Aggregator => new(-1);

    /// <summary>The device that the supervisor runs on.</summary>
    public static DeviceId Supervisor => new(-2);

    /// <summary>Whether it is a client.</summary>
    public bool IsClient => Number >= 0;

    /// <inheritdoc/>
    public int CompareTo(DeviceId other) => Number.CompareTo(other.Number);

    /// <summary>The name in traces, ledgers and messages, such as <c>client-3</c>.</summary>
    public override string ToString() => Number switch
    {
        -1 => "aggregator",
        -2 => "supervisor",
        _ => FormattableString.Invariant($"client-{Number}"),
    };
}
