using System.Collections.Immutable;
using NMoE.Compute.Execution;
using NMoE.Federation.Devices;
using NMoE.Federation.Experiments;
using NMoE.Federation.Roles;
using NMoE.Learning.Data;
using NMoE.Learning.Registry;
using NMoE.Simulation;
using NMoE.Simulation.Faults;
using NMoE.Simulation.Loop;
using NMoE.Simulation.Network;
using NMoE.Simulation.Time;

namespace NMoE.Federation.Fuzzing;

/// <summary>A time in which a device did one thing.</summary>
/// <param name="Device">The device.</param>
/// <param name="From">From then on.</param>
/// <param name="Until">Until then.</param>
internal readonly record struct Stay(DeviceId Device, VirtualTime From, VirtualTime Until);

/// <summary>What the devices of a case did and sent when, so that faults can be aimed at it: the run is the same until the fault.</summary>
/// <param name="passes">Passes of inference.</param>
internal sealed class Sightings(int passes) : IExperimentWatch
{
    // As many as a run that ends has at most; and of each state as many as are worth choosing from.
    private const long MostEvents = 300_000;
    private const int MostOfOne = 200;

    private readonly SortedDictionary<DeviceId, (RoleState State, VirtualTime Since)> _now = [];
    private readonly SortedDictionary<RoleState, List<Stay>> _stays = [];
    private readonly SortedDictionary<RoleState, List<(VirtualTime At, Transfer Transfer)>> _sent = [];
    private World? _world;
    private long _events;

    /// <summary>When devices were in each state.</summary>
    public IReadOnlyDictionary<RoleState, List<Stay>> Stays => _stays;

    /// <summary>What was sent from or to devices in each state.</summary>
    public IReadOnlyDictionary<RoleState, List<(VirtualTime At, Transfer Transfer)>> Sent => _sent;

    /// <summary>Runs a case and looks.</summary>
    public static Sightings Of(Plan plan, ulong tieSeed)
    {
        var seen = new Sightings(plan.Pipeline.Serving.Passes.Length);
        try
        {
            new Experiment(plan, new RehearsalExecutor(LearningFunctions.All(new DataCatalog(null)), _ => null), _ => { }) { Watch = seen, TieSeed = tieSeed }.Run(CancellationToken.None);
        }
        catch (Exception end) when (end is ExperimentFailedException or SimulationException)
        {
            // What was seen until then can be aimed at; whether the case ends well is for the invariants.
        }

        return seen;
    }

    public void Begin(World world, Ledger ledger)
    {
        _world = world;
        world.Settled = () =>
        {
            if (++_events > MostEvents)
            {
                world.Fail(new ExperimentFailedException("it is seen enough"));
            }
        };
    }

    public void Over(World world)
    {
        foreach (var device in _now.Keys.ToArray())
        {
            Leave(device, world.Now);
        }
    }

    public void Decided(DeviceId device, object before, object message, object after, ImmutableArray<Effect> effects)
    {
        if (RoleStates.Of(passes, after) is { } state && !(_now.TryGetValue(device, out var now) && now.State == state))
        {
            Leave(device, _world!.Now);
            _now[device] = (state, _world.Now);
        }
    }

    public void Observe(VirtualTime at, Observation observation)
    {
        if (observation is DeviceLost lost)
        {
            Leave(lost.Device, at);
        }
    }

    public void Began(VirtualTime at, long number, Transfer transfer)
    {
        foreach (var device in new[] { transfer.From, transfer.To })
        {
            if (_now.TryGetValue(device, out var now))
            {
                Keep(_sent, now.State, (at, transfer));
            }
        }
    }

    public void Ended(VirtualTime at, long number, TransferEnd end, AirBytes air)
    {
    }

    public void Met(FaultKind fault, DeviceId device)
    {
    }

    private void Leave(DeviceId device, VirtualTime at)
    {
        if (_now.Remove(device, out var now))
        {
            Keep(_stays, now.State, new Stay(device, now.Since, at));
        }
    }

    private static void Keep<T>(SortedDictionary<RoleState, List<T>> kept, RoleState state, T item)
    {
        if (!kept.TryGetValue(state, out var items))
        {
            kept[state] = items = [];
        }

        if (items.Count < MostOfOne)
        {
            items.Add(item);
        }
    }
}
