using System.Collections.Immutable;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Settings;

/// <summary>Where the aggregator runs, and where it moves when it is lost.</summary>
/// <param name="Place">The kind of place.</param>
/// <param name="Client">The client that volunteers; read where the place is a client.</param>
public sealed record AggregatorSection(AggregatorPlace Place, int Client)
{
    /// <summary>Places that it moves to, one after the other, each once.</summary>
    public ImmutableArray<StandbyPlace> Standby { get; init; } = [];

    /// <summary>Virtual time that a publication waits for the next place to have taken the state.</summary>
    public TimeSpan CheckpointDeadline { get; init; }

    /// <summary>Questions of the supervisor in a row that an aggregator leaves unanswered before it moves.</summary>
    public int MaxSilence { get; init; }

    /// <summary>Number of places.</summary>
    public int Places => 1 + Standby.Length;

    /// <summary>Its devices other than the first, in the order of moves.</summary>
    public IEnumerable<DeviceId> StandbyDevices => Enumerable.Range(1, Standby.Length).Select(DeviceId.AggregatorAt);

    /// <summary>The device whose access a device has: its own, but for an aggregator on a client, and for servers beside each other at the base station.</summary>
    public DeviceId AccessOf(DeviceId device) => VolunteerOf(device) ?? (device.IsClient ? device : BaseStation);

    /// <summary>Places of the aggregator on a client: what befalls that client's device befalls them.</summary>
    public IEnumerable<DeviceId> On(DeviceId client) => StandbyDevices.Prepend(DeviceId.Aggregator).Where(place => VolunteerOf(place) == client);

    // Where the aggregator begins on a client, the supervisor is at the base station alone.
    private DeviceId BaseStation => Place == AggregatorPlace.BaseStation ? DeviceId.Aggregator : DeviceId.Supervisor;

    private DeviceId? VolunteerOf(DeviceId device)
    {
        if (!device.IsAggregator || device.Place >= Places)
        {
            return null;
        }

        var (place, client) = device.Place == 0 ? (Place, Client) : (Standby[device.Place - 1].Place, Standby[device.Place - 1].Client);
        return place == AggregatorPlace.Client ? new DeviceId(client) : null;
    }
}

/// <summary>A place that the aggregator moves to.</summary>
/// <param name="Place">The kind of place.</param>
/// <param name="Client">The client that volunteers, where the place is a client; else 0.</param>
public readonly record struct StandbyPlace(AggregatorPlace Place, int Client);

/// <summary>A kind of place of the aggregator (the paper, Sec. III, allows both).</summary>
public enum AggregatorPlace
{
    /// <summary>At the base station, beside the supervisor.</summary>
    BaseStation,

    /// <summary>On a volunteering client, over that client's links.</summary>
    Client,
}
