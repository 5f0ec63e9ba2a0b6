namespace NMoE.Simulation.Network;

/// <summary>A device of the world. Clients are numbered from 0; servers have numbers below.</summary>
/// <param name="Number">The client's number, or a negative one for a server.</param>
public readonly record struct DeviceId(int Number) : IComparable<DeviceId>
{
    private const int FirstStandby = -3;
    private const int FirstEdge = -2_000_000_000;
    private const int LastEdge = -1_000_000_000;

    /// <summary>The device that the aggregator runs on.</summary>
    public static DeviceId Aggregator => new(-1);

    /// <summary>The device that the supervisor runs on.</summary>
    public static DeviceId Supervisor => new(-2);

    /// <summary>A client's device.</summary>
    public static DeviceId Client(int number) => new(number);

    /// <summary>Whether it is a client.</summary>
    public bool IsClient => Number >= 0;

    /// <summary>The edge server of a site, from 0.</summary>
    public static DeviceId Edge(int site) => new(FirstEdge + site);

    /// <summary>Whether it is the edge server of a site.</summary>
    public bool IsEdge => Number <= LastEdge;

    /// <summary>The site of an edge server, from 0. Meant only where <see cref="IsEdge"/> holds.</summary>
    public int Site => Number - FirstEdge;

    /// <summary>Whether it is a place of the aggregator: the one where it begins, or one that it can move to.</summary>
    public bool IsAggregator => Number is -1 or (<= FirstStandby and > LastEdge);

    /// <summary>Which place of the aggregator it is: 0 where it begins, then 1, 2, .. in the order of moves. Meant only where <see cref="IsAggregator"/> holds.</summary>
    public int Place => Number <= FirstStandby && !IsEdge ? FirstStandby + 1 - Number : 0;

    /// <summary>The device that the aggregator runs on at a place, from 0.</summary>
    public static DeviceId AggregatorAt(int place) => place == 0 ? Aggregator : new(FirstStandby + 1 - place);

    /// <inheritdoc/>
    public int CompareTo(DeviceId other) => Number.CompareTo(other.Number);

    /// <summary>The name in traces, ledgers and messages, such as <c>client-3</c>; the aggregator's second place is <c>aggregator-2</c>, the first site's server <c>edge-0</c>.</summary>
    public override string ToString() => Number switch
    {
        -1 => "aggregator",
        -2 => "supervisor",
        <= LastEdge => FormattableString.Invariant($"edge-{Site}"),
        < -2 => FormattableString.Invariant($"aggregator-{Place + 1}"),
        _ => FormattableString.Invariant($"client-{Number}"),
    };
}
