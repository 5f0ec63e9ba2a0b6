using NMoE.Simulation.Network;

namespace NMoE.Federation.Settings;

/// <summary>Where the aggregator runs.</summary>
/// <param name="Place">The kind of place.</param>
/// <param name="Client">The client that volunteers; read where the place is a client.</param>
public sealed record AggregatorSection(AggregatorPlace Place, int Client)
{
    /// <summary>The device whose access a device has: its own, but for an aggregator on a client, and a supervisor beside an aggregator at the base station.</summary>
    public DeviceId AccessOf(DeviceId device) => (device.Number, Place) switch
    {
        (-1, AggregatorPlace.Client) => new DeviceId(Client),
        (-2, AggregatorPlace.BaseStation) => DeviceId.Aggregator,
        _ => device,
    };
}

/// <summary>A kind of place of the aggregator (the paper, Sec. III, allows both).</summary>
public enum AggregatorPlace
{
    /// <summary>At the base station, beside the supervisor.</summary>
    BaseStation,

    /// <summary>On a volunteering client, over that client's links.</summary>
    Client,
}
