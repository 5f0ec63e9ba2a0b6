using Akka.Actor;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Simulation.Network;
using NMoE.Simulation.Time;

namespace NMoE.Federation.Devices;

/// <summary>
/// The doors of devices: clock, network, compute, persistence, measurement, and the word of who still has work. Roles and their actors know these and nothing behind them: a
/// simulated world (<see cref="DevicePorts"/>), or a node that runs live.
/// </summary>
public interface IDevicePorts
{
    /// <summary>Time since the experiment began.</summary>
    VirtualTime Now { get; }

    /// <summary>What a device wrote before, or null.</summary>
    object? Persisted(DeviceId device);

    /// <summary>Writes what outlives a crash. What the device does from now on goes out no sooner than this is safe.</summary>
    void Persist(DeviceId device, object durable);

    /// <summary>All that a device decided is carried out: what it persisted, and let be seen since, is one.</summary>
    void Decided(DeviceId device);

    /// <summary>Makes a device's host known, so that it can be switched off or made to crash.</summary>
    void Register(DeviceId device, IActorRef host);

    /// <summary>Puts the actor that plays a device's role behind it: it is reached from now on.</summary>
    void Attach(DeviceId device, IActorRef actor);

    /// <summary>A device went dark: its transfers stop, its jobs are forgotten, and so are its blobs but for those that it persisted.</summary>
    void GoDark(DeviceId device);

    /// <summary>A message's bytes on the wire.</summary>
    long SizeOf(IMessage message) => WireCodec.Size(message);

    /// <summary>What a device finds when it measures its own access.</summary>
    SensedAccess Sense(DeviceId device);

    /// <summary>Sends a message over the network.</summary>
    void Send(Transfer transfer);

    /// <summary>Whether a message is on its way from one device to another: the sender knows.</summary>
    bool Carries(DeviceId from, DeviceId to, Predicate<object> which);

    /// <summary>Starts a job; its result is told to the device's actor.</summary>
    /// <exception cref="SimulationRuleException">The job names a blob that the device neither made nor received.</exception>
    void Submit(DeviceId device, Roles.Compute compute, IActorRef actor);

    /// <summary>Notes that a device has work left, and what it waits for.</summary>
    void Await(DeviceId device, string what);

    /// <summary>Whether a device has work left.</summary>
    bool IsAwaited(DeviceId device);

    /// <summary>Whether another device can take one's place: that it is lost for good does not end the run then, and nobody is told.</summary>
    bool IsReplaceable(DeviceId device);

    /// <summary>Notes that a device has nothing left to do.</summary>
    void Finish(DeviceId device);

    /// <summary>Tells those who measure.</summary>
    /// <param name="device">What it is seen at.</param>
    /// <param name="observation">What is to be seen.</param>
    void Observe(DeviceId device, Observation observation);

    /// <summary>Ends the run, with this reason.</summary>
    void Fail(Exception reason);

    /// <summary>A role threw what no crash explains: a bug. A simulated run ends with it.</summary>
    /// <param name="device">The device.</param>
    /// <param name="actor">The actor that plays its role.</param>
    /// <param name="failure">What it threw.</param>
    /// <returns>The crash that it is to be taken for, or null where the run has been ended.</returns>
    DeviceCrashedException? Misbehaved(DeviceId device, IActorRef actor, Exception failure);

    /// <summary>Switches devices off for good.</summary>
    void Retire(IEnumerable<DeviceId> devices);
}

/// <summary>To a device's host: off, for good.</summary>
public sealed record SwitchOff;
