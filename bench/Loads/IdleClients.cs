using Akka.Actor;
using NMoE.Compute.Execution;
using NMoE.Federation.Client;
using NMoE.Federation.Devices;
using NMoE.Federation.Roles;
using NMoE.Simulation.Loop;
using NMoE.Simulation.Network;
using NMoE.Simulation.Time;

namespace NMoE.Bench.Loads;

/// <summary>What a client costs that waits for its turn.</summary>
internal static class IdleClients
{
    /// <summary>Bytes of managed memory a client, device and role together, once it has joined.</summary>
    public static double BytesEach(Plan plan, RehearsalExecutor executor)
    {
        using var simulation = new VirtualWorld("bench");
        var world = simulation.World;
        var compute = new ComputePort(world, executor, plan.Settings.SpeedOf, CancellationToken.None);
        var network = new DeviceNetwork(world, new FixedChannel(world, TimeSpan.Zero, 1e9), _ => { });
        var ports = new DevicePorts(world, network, compute, new Blind());
        foreach (var server in new[] { DeviceId.Aggregator, DeviceId.Supervisor })
        {
            network.Attach(server, simulation.Spawn(Props.Create(() => new Server()), server.ToString()));
        }

        Start(simulation, ports, plan, 0);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        foreach (var client in plan.Deal.ClientNumbers.Skip(1))
        {
            Start(simulation, ports, plan, client);
        }

        simulation.RunFor(TimeSpan.FromHours(1));
        return (GC.GetTotalMemory(forceFullCollection: true) - before) / (double)(plan.Deal.Clients - 1);
    }

    private static void Start(VirtualWorld simulation, DevicePorts ports, Plan plan, int client) => simulation.Spawn(
        DeviceActor.Of(DeviceId.Client(client), new ClientRole(client, plan), ports, plan.Settings.Supervision), DeviceId.Client(client).ToString());

    /// <summary>A server that hears the clients and has nothing for them: without it their messages would stay on the way.</summary>
    private sealed class Server : UntypedActor
    {
        protected override void OnReceive(object message)
        {
        }
    }

    private sealed class Blind : IObserver
    {
        public void Observe(VirtualTime at, Observation observation)
        {
        }
    }
}
