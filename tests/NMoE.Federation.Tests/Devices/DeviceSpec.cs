using NMoE.Compute.Blobs;
using NMoE.Compute.Execution;
using NMoE.Compute.Jobs;
using NMoE.Federation.Algorithms;
using NMoE.Federation.Devices;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Federation.Settings;
using NMoE.Learning.Data;
using NMoE.Learning.Registry;
using NMoE.Simulation.Network;
using NMoE.Simulation.Time;
using NMoE.TestKit;

namespace NMoE.Federation.Tests.Devices;

/// <summary>One device plays its real role on a network whose other devices are probes; jobs have their real sizes and made-up results.</summary>
public abstract class DeviceSpec : VirtualTestKit
{
    protected const double Bandwidth = 8e6;

    protected static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(10);

    private readonly RehearsalExecutor _executor;

    /// <summary>Three clients with ten pictures each, and links of 10 ms and 8 Mbit/s; <paramref name="sets"/> change that.</summary>
    protected DeviceSpec(params string[] sets)
    {
        Plan = PlanOf(sets);
        _executor = new RehearsalExecutor(LearningFunctions.All(new DataCatalog(null)), job => Answer(job));
        var compute = new ComputePort(World, _executor, Plan.Settings.SpeedOf, CancellationToken.None);
        Network = new DeviceNetwork(
            World, new FixedChannel(World, Delay, Bandwidth),
            transfer => compute.Grant(transfer.To, ((IMessage)transfer.Message).Blobs));
        Ports = new DevicePorts(World, Network, compute, Seen);
    }

    protected Plan Plan { get; }

    protected DeviceNetwork Network { get; }

    protected DevicePorts Ports { get; }

    protected Witness Seen { get; } = new();

    /// <summary>Answers of jobs that a spec wants otherwise than made up.</summary>
    protected Func<Job, JobResult?> Answer { get; set; } = _ => null;

    internal static Plan PlanOf(params string[] sets) => Plans.Of(
        Configuration.Experiments.Read(
            "experiment.clients = 3\ndata { train-per-client = 10, test-per-client = 4 }\nchannel { delay = 10 ms, bandwidth = 8 Mbit/s }", sets).Settings,
        new DataSpec("generated", GeneratedSource.Version, 1));

    /// <summary>A blob that lies nowhere.</summary>
    protected static BlobRef Blob(char digit, long bytes) => new(new BlobHash(new string(digit, 64)), bytes);

    /// <summary>Switches on a device with its role.</summary>
    protected void SwitchOn<TState>(DeviceId device, IRole<TState> role)
        where TState : class => SwitchOn(device, role, Plan.Settings.Supervision);

    /// <summary>Switches on a device with its role, which is restarted as told.</summary>
    protected void SwitchOn<TState>(DeviceId device, IRole<TState> role, SupervisionSection supervision)
        where TState : class => Spawn(DeviceActor.Of(device, role, Ports, supervision), device.ToString());

    /// <summary>A probe in the place of a device.</summary>
    protected PeerProbe Peer(DeviceId device)
    {
        var probe = Probe("peer-" + device);
        Network.Attach(device, probe.Ref);
        return new PeerProbe(device, probe, Network);
    }
}

/// <summary>A device that the spec plays.</summary>
/// <param name="Device">Its id.</param>
/// <param name="Probe">What it was told.</param>
/// <param name="Network">Its network.</param>
public sealed record PeerProbe(DeviceId Device, VirtualProbe Probe, DeviceNetwork Network)
{
    /// <summary>Sends a message over the network.</summary>
    public void Send(DeviceId to, IMessage message, string stage = Stages.Control) => Network.Send(
        new Transfer(Device, to, stage, message.GetType().Name, WireCodec.Size(message), message));

    /// <summary>The next message that arrives here, which must be of this type.</summary>
    public T Expect<T>()
    {
        var delivery = Probe.Expect<Delivery>();
        return Assert.IsType<T>(delivery.Message);
    }

    /// <summary>The next message that arrives here, which must be of this type and from that device.</summary>
    public T Expect<T>(DeviceId from)
    {
        var delivery = Probe.Expect<Delivery>();
        Assert.Equal(from, delivery.From);
        return Assert.IsType<T>(delivery.Message);
    }
}

/// <summary>Remembers observations.</summary>
public sealed class Witness : IObserver
{
    public List<(VirtualTime At, Observation What)> All { get; } = [];

    public void Observe(VirtualTime at, Observation observation) => All.Add((at, observation));

    public IEnumerable<T> Of<T>() => All.Select(item => item.What).OfType<T>();
}
