using System.Collections.Immutable;
using NMoE.Chance;
using NMoE.Federation.Settings;
using NMoE.Simulation.Faults;
using NMoE.Simulation.Network;
using NMoE.Simulation.Time;

namespace NMoE.Federation.Devices;

/// <summary>Lets happen to devices what the configuration says. Chance goes by client and by its own k-th failure, and by nothing that is trained or sent.</summary>
/// <param name="settings">The experiment.</param>
/// <param name="seeds">What its chance follows from.</param>
/// <param name="ports">The devices' doors.</param>
internal sealed class FaultDriver(ExperimentSettings settings, Seeds seeds, DevicePorts ports)
{
    private const uint Purpose = 0x4641_0001;
    private readonly int _clients = settings.Experiment.Clients;
    private readonly int _sites = settings.Topology.Sites ?? 0;
    private readonly FaultsSection _faults = settings.Faults;
    private readonly SortedDictionary<DeviceId, List<double>> _slow = [];

    /// <summary>Sees each fault of a device; null for nobody.</summary>
    public IFaultWatch? Watch { get; init; }

    /// <summary>Puts all of it on the virtual clock.</summary>
    public void Start()
    {
        foreach (var fault in _faults.Schedule)
        {
            if (fault.Stage is { } stage)
            {
                ports.Starts.When(stage, () => After(fault.At, () => Happen(fault)));
            }
            else
            {
                After(fault.At, () => Happen(fault));
            }
        }

        var crashing = Halves.Round(_faults.Crashes.Share * _clients);
        foreach (var client in Enumerable.Range(0, _clients).OrderBy(client => seeds.Key("fault-lot", client)).ThenBy(client => client).Take(crashing).Order())
        {
            var at = _faults.Crashes.Within * Chance("fault-crash", client, 0).Next();
            After(at, () => CrashClient(FaultKind.Crash, client, "a crash at random", _faults.Crashes.For));
        }

        if (_faults.Churn.Up > TimeSpan.Zero)
        {
            foreach (var client in Enumerable.Range(0, _clients))
            {
                Leave(client, 0, TimeSpan.Zero);
            }
        }
    }

    private void Leave(int client, int times, TimeSpan returned)
    {
        var chance = Chance("fault-churn", client, times);
        var leaves = returned + Exponential(_faults.Churn.Up, chance);
        var off = Exponential(_faults.Churn.Down, chance);
        if (leaves <= _faults.Churn.Until)
        {
            After(leaves - (ports.World.Now - VirtualTime.Zero), () =>
            {
                CrashClient(FaultKind.Churn, client, "it went away", off);
                Leave(client, times + 1, leaves + off);
            });
        }
    }

    private void Happen(ScheduledFault fault)
    {
        foreach (var device in Devices(fault.Who))
        {
            switch (fault.Verb)
            {
                case DeviceVerb.Crash:
                    Crash(FaultKind.Crash, device, "a scheduled crash", fault.For > TimeSpan.Zero ? fault.For : null);
                    break;
                case DeviceVerb.Kill:
                    Watch?.Met(FaultKind.Kill, device);
                    ports.Crash(device, new DeviceCrashedException("a scheduled end") { Return = Return.Never });
                    break;
                case DeviceVerb.Slow:
                    Watch?.Met(FaultKind.Slow, device);
                    Slow(device, fault);
                    break;
            }
        }

        Cut(fault);
    }

    /// <summary>Of several at once the strongest counts.</summary>
    private void Slow(DeviceId device, ScheduledFault fault)
    {
        var factors = _slow.TryGetValue(device, out var known) ? known : _slow[device] = [];
        factors.Add(fault.Factor);
        ports.Compute.Slow(device, factors.DefaultIfEmpty(1).Max());
        After(fault.For, () =>
        {
            factors.Remove(fault.Factor);
            ports.Compute.Slow(device, factors.DefaultIfEmpty(1).Max());
        });
    }

    private void Cut(ScheduledFault fault)
    {
        if (Cuts.Of(fault, _clients, settings.Aggregator, _sites) is not { } sides)
        {
            return;
        }

        foreach (var device in Cuts.Meet(sides, _clients, settings.Aggregator, _sites))
        {
            Watch?.Met(fault.Verb == DeviceVerb.Partition ? FaultKind.Partition : FaultKind.Hold, device);
        }

        if (fault.Verb == DeviceVerb.Partition)
        {
            ports.Network.Partition(sides);
            After(fault.For, () => ports.Network.Repair(sides));
        }
        else
        {
            ports.Network.Hold(sides);
            After(fault.For, () => ports.Network.Release(sides));
        }
    }

    /// <summary>These devices, and with a client the places of the aggregator that are on it.</summary>
    private ImmutableSortedSet<DeviceId> Devices(DeviceGroup group)
    {
        var named = Cuts.Devices(group, _clients, settings.Aggregator, _sites);
        return named.Union(named.SelectMany(settings.Aggregator.On));
    }

    /// <summary>What befalls a client's device befalls the aggregator on it.</summary>
    private void CrashClient(FaultKind kind, int client, string reason, TimeSpan off)
    {
        Crash(kind, DeviceId.Client(client), reason, off);
        foreach (var place in settings.Aggregator.On(DeviceId.Client(client)))
        {
            Crash(FaultKind.Crash, place, reason, off);
        }
    }

    private void Crash(FaultKind kind, DeviceId device, string reason, TimeSpan? off)
    {
        Watch?.Met(kind, device);
        ports.Crash(device, new DeviceCrashedException(reason) { Off = off });
    }

    private void After(TimeSpan delay, Action action) => ports.World.After(delay, "fault", action);

    private Draws Chance(string purpose, int client, int times) => new(seeds.Key(purpose, client, times), Purpose, 0);

    // Never 0, whose logarithm nobody wants; rounded up to a tick.
    private static TimeSpan Exponential(TimeSpan mean, Draws chance) =>
        TimeSpan.FromTicks((long)Math.Ceiling(mean.Ticks * -Normal.Log((chance.NextBits() + 0.5) / 4294967296.0)));
}
