using System.Collections.Immutable;
using NMoE.Federation.Experiments;
using NMoE.Federation.Fuzzing.Invariants;
using NMoE.Federation.Roles;
using NMoE.Simulation.Faults;
using NMoE.Simulation.Loop;
using NMoE.Simulation.Network;
using NMoE.Simulation.Time;

namespace NMoE.Federation.Fuzzing;

/// <summary>An invariant that did not hold.</summary>
/// <param name="Invariant">Its name.</param>
/// <param name="What">What was wrong.</param>
/// <param name="At">When it was seen.</param>
public sealed record Violation(string Invariant, string What, VirtualTime At);

/// <summary>Ends a run in which an invariant did not hold.</summary>
/// <param name="violation">Which, and how.</param>
internal sealed class ViolationException(Violation violation) : Exception($"{violation.Invariant}: {violation.What}");

/// <summary>Shows all that happens in one run to the invariants, and ends it when one does not hold; counts which fault met which state.</summary>
/// <param name="plan">The experiment.</param>
/// <param name="coverage">Where that is counted.</param>
internal sealed class FuzzWatch(Plan plan, Coverage coverage) : IExperimentWatch
{
    private readonly SortedDictionary<DeviceId, RoleState> _states = [];
    private ImmutableArray<IInvariant> _invariants = [];
    private World? _world;

    /// <summary>The first invariant that did not hold, or null.</summary>
    public Violation? Violation { get; private set; }

    /// <summary>Hash of the trace; empty until the run is over.</summary>
    public string TraceHash { get; private set; } = "";

    /// <summary>Events of the run.</summary>
    public long Events { get; private set; }

    /// <summary>When it was over.</summary>
    public VirtualTime End { get; private set; }

    private VirtualTime Now => _world!.Now;

    public void Begin(World world, Ledger ledger)
    {
        _world = world;
        _invariants = AllInvariants.Of(plan, ledger);
        world.Settled = () => See(new EventOver(Now));
    }

    public void Over(World world) => (TraceHash, Events, End) = (world.Trace.Hash(), world.Trace.Count, world.Now);

    /// <summary>The run ended so.</summary>
    public void Over(Outcome? outcome, Exception? failure) => See(new RunOver(End, outcome, failure));

    public void Decided(DeviceId device, object before, object message, object after, ImmutableArray<Effect> effects)
    {
        if (RoleStates.Of(plan.Pipeline.Serving.Passes.Length, after) is { } state)
        {
            _states[device] = state;
        }

        See(new RoleDecided(Now, device, before, message, after, effects));
    }

    public void Observe(VirtualTime at, Observation observation)
    {
        if (observation is DeviceLost lost)
        {
            _states.Remove(lost.Device);
        }

        See(new Observed(at, observation));
    }

    public void Began(VirtualTime at, long number, Transfer transfer) => See(new TransferBegan(at, number, transfer));

    public void Ended(VirtualTime at, long number, TransferEnd end, AirBytes air) => See(new TransferEnded(at, number, end, air));

    public void Met(FaultKind fault, DeviceId device)
    {
        // A device that is off has no state to be met in.
        if (_states.TryGetValue(device, out var state))
        {
            coverage.Count(fault, state);
        }
    }

    private void See(Happening happening)
    {
        if (Violation is not null)
        {
            return;
        }

        foreach (var invariant in _invariants)
        {
            if (invariant.See(happening) is { } wrong)
            {
                Violation = new Violation(invariant.Name, wrong, happening.At);
                _world!.Fail(new ViolationException(Violation));
                return;
            }
        }
    }
}
