using Akka.Actor;
using NMoE.Federation.Devices;
using NMoE.Federation.Experiments;
using NMoE.Federation.Roles;
using NMoE.Simulation.Network;

namespace NMoE.Cluster.Live.Hosting;

/// <summary>Devices with the roles that they play in virtual time, too.</summary>
/// <param name="plan">The experiment.</param>
internal sealed class LiveDevices(Plan plan)
{
    private readonly RoleSet _roles = RoleSet.Of(plan);

    /// <summary>A client's device.</summary>
    public Props Client(int client, IDevicePorts ports) => Of(DeviceId.Client(client), _roles.Client(client), ports);

    /// <summary>The aggregator's device.</summary>
    public Props Aggregator(IDevicePorts ports) => Of(DeviceId.Aggregator, _roles.Aggregator(), ports);

    /// <summary>The supervisor's device.</summary>
    public Props Supervisor(IDevicePorts ports) => Of(DeviceId.Supervisor, _roles.Supervisor(), ports);

    private Props Of<TState>(DeviceId device, IRole<TState> role, IDevicePorts ports)
        where TState : class => DeviceActor.Of(device, role, ports, plan.Settings.Supervision);
}
