using Akka.Actor;
using NMoE.Federation.Roles;
using NMoE.Simulation.Loop;
using NMoE.Simulation.Network;
using NMoE.Simulation.Time;

namespace NMoE.Federation.Devices;

/// <summary>Sees what happens, from outside the world: nothing that it does reaches back.</summary>
public interface IObserver
{
    /// <summary>Something worth measuring happened.</summary>
    void Observe(VirtualTime at, Observation observation);
}

/// <summary>The doors of a device: network, compute, persistence and measurement. One set serves all devices of a world.</summary>
/// <param name="world">The world.</param>
/// <param name="network">The network port.</param>
/// <param name="compute">The compute port.</param>
/// <param name="observer">Measurement.</param>
public sealed class DevicePorts(World world, DeviceNetwork network, ComputePort compute, IObserver observer)
{
    private readonly SortedDictionary<DeviceId, object> _persisted = [];
    private readonly SortedDictionary<DeviceId, IActorRef> _hosts = [];

    /// <summary>The world.</summary>
    public World World { get; } = world;

    /// <summary>The network port.</summary>
    public DeviceNetwork Network { get; } = network;

    /// <summary>The compute port.</summary>
    public ComputePort Compute { get; } = compute;

    /// <summary>Measurement.</summary>
    public IObserver Observer { get; } = observer;

    /// <summary>Whether another device can take one's place: that it is lost for good does not end the run then, and nobody is told.</summary>
    public Func<DeviceId, bool> IsReplaceable { get; init; } = _ => false;

    /// <summary>What a device wrote before, or null.</summary>
    public object? Persisted(DeviceId device) => _persisted.GetValueOrDefault(device);

    /// <summary>Writes what outlives a crash.</summary>
    public void Persist(DeviceId device, object durable) => _persisted[device] = durable;

    /// <summary>Makes a device's host known, so that it can be switched off or made to crash.</summary>
    public void Register(DeviceId device, IActorRef host) => _hosts[device] = host;

    /// <summary>Switches devices off for good.</summary>
    public void Retire(IEnumerable<DeviceId> devices)
    {
        foreach (var device in devices)
        {
            _hosts[device].Tell(new SwitchOff(), ActorRefs.NoSender);
        }
    }

    /// <summary>Makes a device crash, as a fault schedule does.</summary>
    public void Crash(DeviceId device, string reason) => Crash(device, new DeviceCrashedException(reason));

    /// <summary>Makes a device crash.</summary>
    public void Crash(DeviceId device, DeviceCrashedException crash) => _hosts[device].Tell(crash, ActorRefs.NoSender);
}

/// <summary>To a device's host: off, for good.</summary>
internal sealed record SwitchOff;
