using System.Collections.Immutable;
using NMoE.Simulation.Network;
using NMoE.Simulation.Network.Access;
using NMoE.Simulation.Network.Paths;
using NMoE.Simulation.Time;
using NMoE.TestKit;

namespace NMoE.Simulation.Tests.Network;

/// <summary>Clients and an aggregator behind a shared channel whose accesses and paths a spec chooses.</summary>
public abstract class ChannelSpec : VirtualTestKit
{
    protected static readonly DeviceId Server = DeviceId.Aggregator;

    protected SortedDictionary<DeviceId, AccessSchedule> Accesses { get; } = [];

    protected PathConditions Path { get; set; } = PathConditions.Ideal;

    protected Packets Packets { get; set; } = new();

    protected ulong Seed { get; set; } = 1;

    /// <summary>How transfers ended, in the order of their ends.</summary>
    protected List<(Transfer Transfer, FlightEnd End, VirtualTime At)> Ends { get; } = [];

    protected static DeviceId Client(int number) => new(number);

    protected static AccessSchedule Rates(double up, double down) => AccessSchedule.Constant(new(up, down));

    protected static Between Sides(DeviceId one, params DeviceId[] other) => new([one], [.. other]);

    protected static VirtualTime Second(double seconds) => new((long)Math.Round(seconds * TimeSpan.TicksPerSecond));

    /// <summary>An access that changes at whole seconds.</summary>
    protected static AccessSchedule Steps(params (double Seconds, AccessConditions Conditions)[] steps) =>
        new(steps.Select(step => new AccessStep(Second(step.Seconds), step.Conditions)));

    protected SharedChannel Channel() => new(
        World, Seed, Packets, device => Accesses.GetValueOrDefault(device, AccessSchedule.Constant(AccessConditions.Unlimited)), (_, _) => Path);

    protected static Transfer Message(DeviceId from, DeviceId to, long bytes, long number = 0) =>
        new(from, to, "stage", "update", bytes, "message " + number) { Number = number };

    protected IFlight Begin(SharedChannel channel, DeviceId from, DeviceId to, long bytes, long number = 0)
    {
        var transfer = Message(from, to, bytes, number);
        return channel.Begin(transfer, end => Ends.Add((transfer, end, World.Now)));
    }

    /// <summary>Lets something happen at an instant.</summary>
    protected void At(double seconds, Action action) => World.After(Second(seconds) - World.Now, "spec", action);

    /// <summary>A network whose clients 0 to 9 and server are probes.</summary>
    protected (DeviceNetwork Network, ImmutableSortedDictionary<DeviceId, VirtualProbe> Probes) Network(SharedChannel channel)
    {
        var network = new DeviceNetwork(World, channel, _ => { });
        var probes = Enumerable.Range(0, 10).Select(Client).Append(Server).ToImmutableSortedDictionary(device => device, device => Probe(device.ToString()));
        foreach (var (device, probe) in probes)
        {
            network.Attach(device, probe.Ref);
        }

        return (network, probes);
    }
}
