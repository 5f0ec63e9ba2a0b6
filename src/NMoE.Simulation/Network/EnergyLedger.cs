using System.Collections.Immutable;
using NMoE.Simulation.Time;

namespace NMoE.Simulation.Network;

/// <summary>What a device's work costs in energy.</summary>
/// <param name="SentByte">J per byte that leaves it, bytes sent again included.</param>
/// <param name="ReceivedByte">J per byte of what is delivered to it, bytes sent again included.</param>
/// <param name="RadioOn">W while at least one transfer from or to it is in flight.</param>
/// <param name="Flop">J per FLOP.</param>
public sealed record EnergyProfile(double SentByte, double ReceivedByte, double RadioOn, double Flop);

/// <summary>What a device did, and what it cost.</summary>
/// <param name="Device">Device.</param>
/// <param name="SentBytes">Bytes that left it.</param>
/// <param name="ReceivedBytes">Bytes of what was delivered to it.</param>
/// <param name="RadioOn">How long its radio was on.</param>
/// <param name="Flops">FLOP that it was charged.</param>
/// <param name="RadioJoules">J of the radio.</param>
/// <param name="ComputeJoules">J of computing.</param>
public sealed record DeviceEnergy(
    DeviceId Device, long SentBytes, long ReceivedBytes, TimeSpan RadioOn, double Flops, double RadioJoules, double ComputeJoules);

/// <summary>
/// Counts what devices spend energy on. Bytes and ticks are counted whole and turned into joules when they are read, so that no order of events changes a
/// total.
/// </summary>
/// <param name="profiles">What each device's work costs.</param>
public sealed class EnergyLedger(Func<DeviceId, EnergyProfile> profiles)
{
    private readonly ByDevice<Work> _devices = new();

    /// <summary>A transfer begins: the radios of both its ends are on.</summary>
    public void RadioOn(Transfer transfer, VirtualTime now)
    {
        ArgumentNullException.ThrowIfNull(transfer);
        Of(transfer.From).Begin(now);
        Of(transfer.To).Begin(now);
    }

    /// <summary>A transfer has come to an end.</summary>
    /// <param name="transfer">The transfer.</param>
    /// <param name="air">What left its sender.</param>
    /// <param name="received">Bytes that its receiver took in; 0 if it reached nobody.</param>
    /// <param name="now">When.</param>
    public void RadioOff(Transfer transfer, AirBytes air, long received, VirtualTime now)
    {
        ArgumentNullException.ThrowIfNull(transfer);
        var (from, to) = (Of(transfer.From), Of(transfer.To));
        from.End(now);
        from.Sent += air.Total;
        to.End(now);
        to.Received += received;
    }

    /// <summary>A device computes.</summary>
    /// <param name="device">Device.</param>
    /// <param name="flops">FLOP; what was counted and then never begun comes as a negative number.</param>
    public void Computed(DeviceId device, double flops) => Of(device).Flops += flops;

    /// <summary>The totals up to now of every device that did anything, in the order of devices.</summary>
    public ImmutableArray<DeviceEnergy> Totals(VirtualTime now) =>
    [
        .. _devices.All.Select(pair =>
        {
            var (device, work) = pair;
            var (profile, on) = (profiles(device), work.OnUntil(now));
            return new DeviceEnergy(
                device, work.Sent, work.Received, on, work.Flops,
                (profile.SentByte * work.Sent) + (profile.ReceivedByte * work.Received) + (profile.RadioOn * on.TotalSeconds),
                profile.Flop * work.Flops);
        }),
    ];

    private Work Of(DeviceId device) => _devices[device] ?? (_devices[device] = new Work());

    private sealed class Work
    {
        private int _transfers;
        private VirtualTime _since;
        private TimeSpan _on;

        public long Sent { get; set; }

        public long Received { get; set; }

        public double Flops { get; set; }

        public void Begin(VirtualTime now)
        {
            if (_transfers++ == 0)
            {
                _since = now;
            }
        }

        public void End(VirtualTime now)
        {
            if (--_transfers == 0)
            {
                _on += now - _since;
            }
        }

        public TimeSpan OnUntil(VirtualTime now) => _transfers > 0 ? _on + (now - _since) : _on;
    }
}
