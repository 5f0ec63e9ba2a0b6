using System.Collections.Immutable;
using NMoE.Simulation.Time;

namespace NMoE.Simulation.Network;

/// <summary>What a device's work costs in energy.</summary>
/// <param name="SentByte">J per byte that leaves it, bytes sent again included.</param>
/// <param name="ReceivedByte">J per byte of what is delivered to it, bytes sent again included.</param>
/// <param name="RadioOn">W while at least one transfer from or to it is in flight.</param>
/// <param name="Flop">J per FLOP at its own speed.</param>
public sealed record EnergyProfile(double SentByte, double ReceivedByte, double RadioOn, double Flop)
{
    /// <summary>W of its radio after a transfer, while it listens whether another one comes.</summary>
    public double Tail { get; init; }

    /// <summary>How long it listens; the next transfer ends it, and begins it anew when it ends itself.</summary>
    public TimeSpan TailFor { get; init; }

    /// <summary>W of its radio at all other times.</summary>
    public double Sleep { get; init; }

    /// <summary>W of the device itself, from the beginning to the end, beside all else.</summary>
    public double Idle { get; init; }
}

/// <summary>Joules by what they were spent on.</summary>
/// <param name="Transmit">Bytes that left.</param>
/// <param name="Receive">Bytes that came.</param>
/// <param name="On">The radio while a transfer was in flight.</param>
/// <param name="Tail">The radio after transfers.</param>
/// <param name="Sleep">The radio at all other times.</param>
/// <param name="Compute">Computing.</param>
/// <param name="Idle">The device itself.</param>
public sealed record Joules(double Transmit, double Receive, double On, double Tail, double Sleep, double Compute, double Idle)
{
    /// <summary>The radio's.</summary>
    public double Radio => Transmit + Receive + On + Tail + Sleep;

    /// <summary>All of them.</summary>
    public double All => Radio + Compute + Idle;
}

/// <summary>What a device did, and what it cost.</summary>
/// <param name="Device">Device.</param>
/// <param name="SentBytes">Bytes that left it.</param>
/// <param name="ReceivedBytes">Bytes of what was delivered to it.</param>
/// <param name="RadioOn">How long at least one transfer from or to it was in flight.</param>
/// <param name="Tail">How long its radio stayed on beside that.</param>
/// <param name="Flops">FLOP that it was charged.</param>
/// <param name="Joules">What it spent.</param>
public sealed record DeviceEnergy(DeviceId Device, long SentBytes, long ReceivedBytes, TimeSpan RadioOn, TimeSpan Tail, double Flops, Joules Joules);

/// <summary>
/// Counts what devices spend energy on. Bytes and ticks are counted whole and turned into joules when they are read, so that no order of events changes a
/// total. Tails are no events: how long one lasted is known when the next transfer begins, or the time is asked.
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

    /// <summary>A transfer has come to an end. What never was on the air, as between two devices in one place, leaves no radio on.</summary>
    /// <param name="transfer">The transfer.</param>
    /// <param name="air">What left its sender.</param>
    /// <param name="received">Bytes that its receiver took in; 0 if it reached nobody.</param>
    /// <param name="now">When.</param>
    public void RadioOff(Transfer transfer, AirBytes air, long received, VirtualTime now)
    {
        ArgumentNullException.ThrowIfNull(transfer);
        var (from, to) = (Of(transfer.From), Of(transfer.To));
        from.Sent += air.Total;
        to.Received += received;
        foreach (var end in (ReadOnlySpan<Work>)[from, to])
        {
            if (air.Total > 0)
            {
                end.Listen(now);
            }

            end.End(now);
        }
    }

    /// <summary>A device computes.</summary>
    /// <param name="device">Device.</param>
    /// <param name="flops">FLOP; what was counted and then never begun comes as a negative number.</param>
    public void Computed(DeviceId device, double flops) => Of(device).Flops += flops;

    /// <summary>How much longer a device computes because it is slow: power stays what it was, and so each second more costs as much.</summary>
    /// <param name="device">Device.</param>
    /// <param name="flops">FLOP that it could have done in that time at its own speed; negative where it becomes less.</param>
    public void Dragged(DeviceId device, double flops) => Of(device).Dragged += flops;

    /// <summary>The totals up to now of every device that did anything, in the order of devices.</summary>
    public ImmutableArray<DeviceEnergy> Totals(VirtualTime now) =>
    [
        .. _devices.All.Select(pair =>
        {
            var (device, work) = pair;
            var (profile, on, tail) = (work.Profile, work.OnUntil(now), work.TailUntil(now));

            // Three rounded numbers: of a radio that never slept their difference may be a little below nothing.
            var asleep = Math.Max(0, now.Seconds - on.TotalSeconds - tail.TotalSeconds);
            return new DeviceEnergy(device, work.Sent, work.Received, on, tail, work.Flops, new(
                profile.SentByte * work.Sent, profile.ReceivedByte * work.Received, profile.RadioOn * on.TotalSeconds, profile.Tail * tail.TotalSeconds,
                profile.Sleep * asleep, profile.Flop * (work.Flops + work.Dragged), profile.Idle * now.Seconds));
        }),
    ];

    private Work Of(DeviceId device) => _devices[device] ?? (_devices[device] = new Work(profiles(device)));

    private sealed class Work(EnergyProfile profile)
    {
        private int _transfers;
        private VirtualTime _since;
        private TimeSpan _on;
        private TimeSpan _tail;

        // The tail of the last transfer: from when it is not yet counted, and when it is over.
        private VirtualTime _tailFrom;
        private VirtualTime _tailEnd;

        public EnergyProfile Profile => profile;

        public long Sent { get; set; }

        public long Received { get; set; }

        public double Flops { get; set; }

        public double Dragged { get; set; }

        public void Begin(VirtualTime now)
        {
            if (_transfers == 0)
            {
                _tail = TailUntil(now);
                _since = now;
            }

            _transfers++;
        }

        /// <summary>From now on the radio listens for as long as a tail is.</summary>
        public void Listen(VirtualTime now) => _tailEnd = now + profile.TailFor;

        public void End(VirtualTime now)
        {
            if (--_transfers == 0)
            {
                _on += now - _since;
                _tailFrom = now;
            }
        }

        public TimeSpan OnUntil(VirtualTime now) => _transfers > 0 ? _on + (now - _since) : _on;

        public TimeSpan TailUntil(VirtualTime now)
        {
            var until = now.CompareTo(_tailEnd) < 0 ? now : _tailEnd;
            return _transfers > 0 || until.CompareTo(_tailFrom) <= 0 ? _tail : _tail + (until - _tailFrom);
        }
    }
}
