using NMoE.Simulation.Loop;
using NMoE.Simulation.Time;

namespace NMoE.Simulation.Network;

/// <summary>A message on its way from one device to another.</summary>
/// <param name="From">Sender.</param>
/// <param name="To">Receiver.</param>
/// <param name="Stage">Stage that it is counted under.</param>
/// <param name="Kind">Kind of message that it is counted under.</param>
/// <param name="Bytes">Bytes on the wire, blobs included.</param>
/// <param name="Message">What the receiver is told.</param>
public sealed record Transfer(DeviceId From, DeviceId To, string Stage, string Kind, long Bytes, object Message);

/// <summary>What a transfer costs in time. A model may move the end of one transfer when another starts or ends.</summary>
public interface IChannel
{
    /// <summary>Begins a transfer.</summary>
    /// <param name="transfer">What is sent.</param>
    /// <param name="arrived">Called on the loop when the last bit has arrived.</param>
    /// <returns>A way to stop it in flight.</returns>
    IPendingAction Begin(Transfer transfer, Action arrived);
}

/// <summary>Every link has the same delay and bandwidth, and transfers do not disturb each other.</summary>
/// <param name="world">The world whose clock it uses.</param>
/// <param name="delay">Propagation delay.</param>
/// <param name="bandwidth">Bit/s of a transfer.</param>
public sealed class FixedChannel(World world, TimeSpan delay, double bandwidth) : IChannel
{
    /// <inheritdoc/>
    public IPendingAction Begin(Transfer transfer, Action arrived)
    {
        ArgumentNullException.ThrowIfNull(transfer);
        return world.After(delay + Duration.Of(8.0 * transfer.Bytes, bandwidth), "arrival", arrived);
    }
}
