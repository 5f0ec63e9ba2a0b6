using System.Collections.Immutable;
using NMoE.Learning.Keys;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Settings;

/// <summary>Where the aggregator runs, and where it moves when it is lost.</summary>
[Section("aggregator", "Where the aggregator runs.")]
public sealed record AggregatorSection
{
    private const string Moves = "a place in aggregator.standby";

    [Key("""
        base-station (beside the supervisor, with the base station's links) or client (a client volunteers: the aggregator shares that client's links; what goes between the two takes no
        time and is not on the air). client goes with shared links. A fault of that client's device is one of the aggregator on it too, not the other way round. Simplified: it has a processor
        of its own.
        """)]
    public AggregatorPlace Place { get; init; } = AggregatorPlace.BaseStation;

    [Key("0..4194303", "The client that volunteers, from 0. {range}. Read where the place is a client.")]
    [When("aggregator.place = client")]
    public int Client { get; init; } = 0;

    [Key("""
        Where it moves when it is lost for good or silent for long: a list of base-station and client-N, one after the other, as in [client-3, base-station]. What goes on is what the next
        place was sent: before it publishes a model, the aggregator sends there all that it keeps (messages Checkpoint, with their bytes), and waits for the word that it is there. In faults the
        places are called aggregator-2, aggregator-3, ..
        """)]
    public ImmutableArray<StandbyPlace> Standby { get; init; } = [];

    [Key("1 ms..10000 h", """
        Virtual time after which it publishes without that word; a place that did not give it is not waited for again until it is heard. {range}. Longer than a checkpoint takes.
        """)]
    [When(Moves)]
    public TimeSpan CheckpointDeadline { get; init; } = TimeSpan.FromMinutes(5);

    [Key("1..1000", """
        Questions of the supervisor, one a supervision.patience, that the aggregator leaves unanswered before it moves. {range}. Read where there is a standby.
        """)]
    [When(Moves)]
    public int MaxSilence { get; init; } = 3;

    /// <summary>Number of places.</summary>
    public int Places => 1 + Standby.Length;

    /// <summary>Its devices other than the first, in the order of moves.</summary>
    public IEnumerable<DeviceId> StandbyDevices => Enumerable.Range(1, Standby.Length).Select(DeviceId.AggregatorAt);

    /// <summary>The device whose access a device has: its own, but for an aggregator on a client, and for servers beside each other at the base station.</summary>
    public DeviceId AccessOf(DeviceId device) => VolunteerOf(device) ?? (device.IsClient || device.IsEdge ? device : BaseStation);

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
