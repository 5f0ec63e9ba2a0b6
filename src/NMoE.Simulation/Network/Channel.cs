using NMoE.Simulation.Loop;
using NMoE.Simulation.Network.Access;
using NMoE.Simulation.Time;

namespace NMoE.Simulation.Network;

/// <summary>A message on its way from one device to another.</summary>
/// <param name="From">Sender.</param>
/// <param name="To">Receiver.</param>
/// <param name="Stage">Stage that it is counted under.</param>
/// <param name="Kind">Kind of message that it is counted under.</param>
/// <param name="Bytes">Bytes on the wire, blobs included.</param>
/// <param name="Message">What the receiver is told.</param>
public sealed record Transfer(DeviceId From, DeviceId To, string Stage, string Kind, long Bytes, object Message)
{
    /// <summary>Which of its kind it is by its own words: such as a round, or a pass and a request; zeros for a kind that has none.</summary>
    public (int First, int Second) Occasion { get; init; }

    /// <summary>
    /// The attempt: how many of its kind and occasion went from this sender to this receiver in this stage before; given by <see cref="DeviceNetwork"/>. With the rest of
    /// its name it is the key of the message's random draws, so that these do not depend on what else is sent.
    /// </summary>
    public long Number { get; init; }

    /// <summary>Channel uses of what it sends in analog form, beside its bytes.</summary>
    public long ChannelUses { get; init; }

    /// <summary>How long those take on the air; they follow the message's last bit, in a channel that no other transfer shares.</summary>
    public TimeSpan AnalogTime { get; init; }

    /// <summary>0 for the message itself, 1 and more for a duplicate that a fault makes: each copy has draws of its own.</summary>
    public int Copy { get; init; }

    /// <summary>What it is about, where its kind does not say: the kind of message that is asked for again.</summary>
    internal string Subject => Message is Resend { Damaged.Kind: var kind } ? kind : "";
}

/// <summary>What a transfer costs in time. A model may move the end of one transfer when another starts or ends.</summary>
public interface IChannel
{
    /// <summary>Whether what becomes of a transfer depends on chance: if not, nobody need count how often a message was sent.</summary>
    bool DrawsChance => true;

    /// <summary>Begins a transfer.</summary>
    /// <param name="transfer">What is sent.</param>
    /// <param name="ended">Called on the loop when the last bit has arrived or the channel has given up, and never before this method returns.</param>
    /// <returns>The transfer in flight.</returns>
    IFlight Begin(Transfer transfer, Action<FlightEnd> ended);

    /// <summary>What a device finds when it measures its own access: of no other one's is it told.</summary>
    AccessConditions Sense(DeviceId device);
}

/// <summary>How a channel ended a transfer.</summary>
public enum FlightEnd
{
    /// <summary>All of it arrived.</summary>
    Arrived,

    /// <summary>Too much of it was lost too often.</summary>
    Lost,
}

/// <summary>Bytes of a transfer that have left the sender.</summary>
/// <param name="First">Of the message itself: its size once all of it was sent.</param>
/// <param name="Again">Sent again because they were lost.</param>
public readonly record struct AirBytes(long First, long Again)
{
    /// <summary>All together.</summary>
    public long Total => First + Again;
}

/// <summary>A transfer in flight.</summary>
public interface IFlight
{
    /// <summary>What has left the sender by now.</summary>
    AirBytes OnAir { get; }

    /// <summary>Ends it where it is; nobody is told. No effect after its end.</summary>
    void Stop();

    /// <summary>Freezes it where it is, bits on their way included. No effect on one that is frozen or at its end.</summary>
    void Hold();

    /// <summary>Lets a frozen one go on from where it was.</summary>
    void Release();
}

/// <summary>Every link has the same delay and bandwidth, but for those that have their own, and transfers do not disturb each other.</summary>
/// <param name="world">The world whose clock it uses.</param>
/// <param name="delay">Propagation delay.</param>
/// <param name="bandwidth">Bit/s of a transfer.</param>
public sealed class FixedChannel(World world, TimeSpan delay, double bandwidth) : IChannel
{
    /// <inheritdoc/>
    public bool DrawsChance { get; init; } = true;

    /// <summary>The delay and the bit/s of a link that has its own; null for the others'. There is none by default.</summary>
    public Func<DeviceId, DeviceId, (TimeSpan Delay, double Rate)?>? OwnLink { get; init; }

    /// <inheritdoc/>
    public IFlight Begin(Transfer transfer, Action<FlightEnd> ended)
    {
        ArgumentNullException.ThrowIfNull(transfer);
        ArgumentNullException.ThrowIfNull(ended);
        var (way, rate) = OwnLink?.Invoke(transfer.From, transfer.To) ?? (delay, bandwidth);
        return new Flight(world, transfer.Bytes, Duration.Of(8.0 * transfer.Bytes, rate), way, ended);
    }

    /// <inheritdoc/>
    public AccessConditions Sense(DeviceId device) => new(bandwidth, bandwidth);

    private sealed class Flight(World world, long bytes, TimeSpan sending, TimeSpan delay, Action<FlightEnd> ended) : Waiting(world, "arrival", delay + sending), IFlight
    {
        // Bytes leave evenly while they are sent; the delay comes last.
        public AirBytes OnAir => new(Left <= delay ? bytes : (long)(bytes * (1 - ((Left - delay) / sending))), 0);

        protected override void Over() => ended(FlightEnd.Arrived);
    }
}
