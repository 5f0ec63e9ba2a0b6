using System.Collections.Immutable;
using NMoE.Federation.Records;
using NMoE.Federation.Settings;
using NMoE.Simulation.Network;
using NMoE.Simulation.Time;

namespace NMoE.Federation.Experiments;

/// <summary>The energy of an experiment's devices.</summary>
internal static class EnergyCount
{
    private static readonly EnergyProfile Mains = new(0, 0, 0, 0);

    /// <summary>
    /// What counts it; null where nothing costs any. Servers at the base station are on the mains: theirs is not counted. An aggregator on a client spends what
    /// a client does, and has a line of its own: but for what the device spends whether or not it is asked for anything, which counts once, for the client.
    /// </summary>
    public static EnergyLedger? Of(ExperimentSettings settings) => settings.Kinds.Any(kind => kind.Device.SpendsEnergy)
        ? new EnergyLedger(device => settings.Aggregator.AccessOf(device) is { IsClient: true } place ? Of(device, settings.KindOf(place.Number).Device.Energy.Profile) : Mains)
        : null;

    private static EnergyProfile Of(DeviceId device, EnergyProfile profile) => device.IsClient ? profile : profile with { Idle = 0, Sleep = 0 };

    /// <summary>What all devices have spent until a time, in joules; null where nothing costs any.</summary>
    public static double? Joules(EnergyLedger? energy, VirtualTime now) => energy?.Totals(now).Sum(total => total.Joules.All);

    /// <summary>A record for each device that did anything, in the order of devices.</summary>
    public static ImmutableArray<EnergyRecord> Records(EnergyLedger? energy, VirtualTime now) => energy is null
        ? []
        : [.. energy.Totals(now).Select(total => new EnergyRecord(
            total.Device.ToString(), total.SentBytes, total.ReceivedBytes, total.RadioOn.TotalSeconds, total.Flops, total.Joules.Radio, total.Joules.Compute)
        {
            TransmitJoules = total.Joules.Transmit,
            ReceiveJoules = total.Joules.Receive,
            OnJoules = total.Joules.On,
            TailSeconds = total.Tail.TotalSeconds,
            TailJoules = total.Joules.Tail,
            SleepJoules = total.Joules.Sleep,
            IdleJoules = total.Joules.Idle,
        })];
}
