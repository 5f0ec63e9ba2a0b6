using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Aggregator;

/// <summary>RollGate's ring as the aggregator sees it: it sets a gate rolling, and hears of it again when the clients have the final one.</summary>
internal sealed class AggregatorRolling(Plan plan, int place)
{
    public const string HopTimer = "rolling-hop";
    public const string RingTimer = "rolling-ring";
    private const int MaxRings = 3;

    /// <summary>Each place has rings of its own: clients must not take its first for one that they have been through.</summary>
    public int FirstRing => place * MaxRings;

    public Decision<AggregatorState> Begin(AggregatorState state) => Roll(state with { Durable = state.Durable with { Phase = Phase.Rolling } });

    /// <summary>Sets the gate rolling; also after a crash, for a client that had its turn only acknowledges the gate.</summary>
    public Decision<AggregatorState> Roll(AggregatorState state)
    {
        var ring = state.Durable.Heard(state.Durable.Experts);
        var durable = state.Durable with { Ring = [.. ring] };
        var passed = Pass(state with { Durable = durable, Quiet = ring }, Ring.First(durable.Generation, durable.Ring, durable.Rolled!));
        return passed with
        {
            Effects =
            [
                new Await("the gate that rolls around the clients"),
                new SetTimer(RingTimer, Ring.Patience(plan.Settings.RollGate, plan.Deadlines.RollGate, durable.Ring.Length), durable.Generation),
                .. passed.Effects,
            ],
        };
    }

    public static Decision<AggregatorState> Taken(AggregatorState state, RollingGateTaken taken) =>
        state.Passing is { } gate && (gate.Generation, gate.Hop) == (taken.Generation, taken.Hop)
            ? Decision.Of(state with { Passing = null }, new CancelTimer(HopTimer))
            : Decision.Of(state);

    /// <summary>A client that does not acknowledge the gate is passed over.</summary>
    public Decision<AggregatorState> Expire(AggregatorState state, int hop)
    {
        if (state.Passing is not { } gate || gate.Hop != hop)
        {
            return Decision.Of(state);
        }

        var missing = Ring.Turn(gate);
        var silent = AggregatorSilence.Silence(state, [missing]);
        var passed = hop + 1 < gate.Ring.Length ? Pass(silent, Ring.Next(Ring.Miss(gate), plan.Settings.RollGate)) : RollAnew(silent);
        return passed.And(AggregatorSilence.Passed(place, Stages.Rolling, Ring.Lap(gate), [missing], plan.Deadlines.RollGate));
    }

    /// <summary>A ring that has not come to its end is taken for lost.</summary>
    public Decision<AggregatorState> ExpireRing(AggregatorState state, int generation) =>
        state.Durable.Phase == Phase.Rolling && state.Durable.Generation == generation ? RollAnew(state) : Decision.Of(state);

    /// <summary>Whether this is the end of the ring under way.</summary>
    public static bool Ends(AggregatorState state, RollingGate gate) =>
        state.Durable.Phase == Phase.Rolling && state.Durable.Generation == gate.Generation;

    /// <summary>Acknowledges the end of a ring, and keeps the gate if it is that of the ring under way.</summary>
    public Decision<AggregatorState> Take(AggregatorState state, DeviceId from, RollingGate gate)
    {
        var taken = new Send(from, new RollingGateTaken(gate.Generation, gate.Hop), Stages.Rolling);
        return Ends(state, gate)
            ? Decision.Of(
                AggregatorSilence.Silence(state with { Durable = state.Durable with { Rolled = gate.Gate }, Passing = null }, gate.Missed),
                taken, new CancelTimer(HopTimer), new CancelTimer(RingTimer), new Observe(new GateRolled(gate.Gate) { Place = place }))
            : Decision.Of(state, taken);
    }

    /// <summary>The final gate for those whom it did not reach: the ring passed them over at the end, or they are no part of it.</summary>
    public IEnumerable<Effect> Publish(AggregatorState state, RollingGate gate) =>
        state.Durable.Joined.Keys
            .Where(client => !gate.Ring.Contains(client) || gate.Missed.Contains(client))
            .Select(client => new Send(Plan.Device(client), new PublishModel(Stages.Rolling, [gate.Gate]) { Experts = plan.Named(gate.Ring.Order()) }, Stages.Rolling));

    private Decision<AggregatorState> Pass(AggregatorState state, RollingGate gate) => Decision.Of(
        state with { Passing = gate },
        new Send(Ring.Receiver(gate, DeviceId.AggregatorAt(place)), gate, Stages.Rolling),
        new SetTimer(HopTimer, plan.Deadlines.RollGate, gate.Hop));

    private Decision<AggregatorState> RollAnew(AggregatorState state)
    {
        var next = state.Durable.Generation + 1;
        return next < FirstRing + MaxRings
            ? Roll(state with { Durable = state.Durable with { Generation = next } })
            : Decision.Of(state, new GiveUp(FormattableString.Invariant(
                $"RollGate's ring of {state.Durable.Experts.Length} clients did not come to its end, {MaxRings} times")));
    }
}
