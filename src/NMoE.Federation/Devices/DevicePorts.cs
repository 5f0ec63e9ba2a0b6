using Akka.Actor;
using NMoE.Federation.Protocol;
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

/// <summary>The doors of a simulated world's devices. One set serves all of them.</summary>
/// <param name="world">The world.</param>
/// <param name="network">The network port.</param>
/// <param name="compute">The compute port.</param>
/// <param name="observer">Measurement.</param>
public sealed class DevicePorts(World world, DeviceNetwork network, ComputePort compute, IObserver observer) : IDevicePorts
{
    private readonly ByDevice<object> _persisted = new();
    private readonly ByDevice<IActorRef> _hosts = new();
    private readonly ByDevice<string> _names = new();
    private readonly MessageSizes _sizes = new();

    /// <summary>The world.</summary>
    public World World { get; } = world;

    /// <summary>The network port.</summary>
    public DeviceNetwork Network { get; } = network;

    /// <summary>The compute port.</summary>
    public ComputePort Compute { get; } = compute;

    /// <summary>Measurement.</summary>
    public IObserver Observer { get; } = observer;

    /// <summary>What happens when stages start.</summary>
    internal StageStarts Starts { get; } = new();

    /// <inheritdoc/>
    public VirtualTime Now => World.Now;

    /// <summary>Devices whose place another can take; none is the default.</summary>
    public Func<DeviceId, bool> Replaceable { get; init; } = _ => false;

    /// <inheritdoc/>
    public object? Persisted(DeviceId device) => _persisted[device];

    /// <inheritdoc/>
    public void Persist(DeviceId device, object durable) => _persisted[device] = durable;

    /// <inheritdoc/>
    public void Decided(DeviceId device)
    {
    }

    /// <inheritdoc/>
    public void Register(DeviceId device, IActorRef host) => _hosts[device] = host;

    /// <inheritdoc/>
    public void Attach(DeviceId device, IActorRef actor) => Network.Attach(device, actor);

    /// <inheritdoc/>
    public void GoDark(DeviceId device)
    {
        Network.Detach(device);
        Compute.Forget(device, NamedBlobs.In(Persisted(device)));
    }

    /// <inheritdoc/>
    public long SizeOf(IMessage message) => _sizes.Of(message);

    /// <summary>Width of a device's radio channel in Hz, where distance makes its rates; null elsewhere, and by default.</summary>
    public Func<DeviceId, double?> Radio { get; init; } = _ => null;

    /// <inheritdoc/>
    public SensedAccess Sense(DeviceId device) => SensedAccess.Of(Network.Sense(device), Radio(device));

    /// <inheritdoc/>
    public void Send(Transfer transfer)
    {
        Starts.Sent(transfer);
        Network.Send(transfer.ChannelUses > 0 && Radio(transfer.From) is { } width ? transfer with { AnalogTime = Duration.Of(transfer.ChannelUses, width) } : transfer);
    }

    /// <inheritdoc/>
    public bool Carries(DeviceId from, DeviceId to, Predicate<object> which) => Network.Carries(from, to, which);

    /// <inheritdoc/>
    public void Submit(DeviceId device, Roles.Compute compute, IActorRef actor) => Compute.Submit(device, compute, actor);

    /// <inheritdoc/>
    public void Await(DeviceId device, string what) => World.Await(NameOf(device), what);

    /// <inheritdoc/>
    public bool IsAwaited(DeviceId device) => World.IsAwaited(NameOf(device));

    /// <inheritdoc/>
    public bool IsReplaceable(DeviceId device) => Replaceable(device);

    /// <inheritdoc/>
    public void Finish(DeviceId device) => World.Finish(NameOf(device));

    /// <inheritdoc/>
    public void Observe(DeviceId device, Observation observation)
    {
        if (observation is RequestMark)
        {
            Starts.Requested();
        }

        Observer.Observe(World.Now, observation);
    }

    /// <inheritdoc/>
    public void Fail(Exception reason) => World.Fail(reason);

    /// <inheritdoc/>
    public DeviceCrashedException? Misbehaved(DeviceId device, IActorRef actor, Exception failure)
    {
        World.Fail(World.Describe(actor, failure));
        return null;
    }

    /// <inheritdoc/>
    public void Retire(IEnumerable<DeviceId> devices)
    {
        foreach (var device in devices)
        {
            _hosts[device]!.Tell(new SwitchOff(), ActorRefs.NoSender);
        }
    }

    /// <summary>Makes a device crash, as a fault schedule does.</summary>
    public void Crash(DeviceId device, string reason) => Crash(device, new DeviceCrashedException(reason));

    /// <summary>Makes a device crash.</summary>
    public void Crash(DeviceId device, DeviceCrashedException crash) => _hosts[device]!.Tell(crash, ActorRefs.NoSender);

    private string NameOf(DeviceId device) => _names[device] ?? (_names[device] = device.ToString());
}
