using NMoE.Compute.Jobs;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Learning.Jobs;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Client;

/// <summary>
/// What a client decides in RollGate's ring: it takes the gate, trains it on its own latents, and passes it on until someone takes it. Nothing keeps what
/// the clients before have taught.
/// </summary>
internal sealed class ClientRolling(int number, Plan plan)
{
    private readonly Charges _charges = new(plan);

    /// <summary>Takes the gate. One that comes again, or from behind, is acknowledged and changes nothing.</summary>
    public Decision<ClientState> Take(ClientState state, DeviceId from, RollingGate gate)
    {
        if (gate.Step == RollStep.Done || gate.Ring.IsEmpty || Ring.Turn(gate) != number || state.Durable.Expert.Latents is null)
        {
            return Decision.Of(state);
        }

        var taken = new Send(from, new RollingGateTaken(gate.Generation, gate.Hop), Stages.Rolling);
        if (!IsNews(state, gate))
        {
            return Decision.Of(state, taken);
        }

        var begun = BeginTurn(state, gate);
        return begun with { Effects = [taken, .. begun.Effects] };
    }

    public Decision<ClientState> Trained(ClientState state, TurnTag turn, JobResult result)
    {
        if (state.Durable.RollGate.Turn is not { Gate: { Step: RollStep.Train } gate } || (gate.Generation, gate.Hop) != (turn.Generation, turn.Hop))
        {
            return Decision.Of(state);
        }

        var loss = result.Metrics["loss"];
        return double.IsFinite(loss)
            ? Pass(state, gate with { Gate = result.Outputs[0], Losses = gate.Losses + loss })
            : Decision.Of(state, new Crash(FormattableString.Invariant($"the loss of the rolling gate diverged at hop {gate.Hop} ({loss})")));
    }

    /// <summary>Someone has taken the gate from here.</summary>
    public Decision<ClientState> Taken(ClientState state, RollingGateTaken taken) =>
        state is { Passing: { } gate, Durable.RollGate.Turn: { } turn } && (gate.Generation, gate.Hop) == (taken.Generation, taken.Hop)
            ? Decision.Of(
                state with { Passing = null, Durable = state.Durable.Rolling(turn with { Passed = true }) },
                new CancelTimer(Tags.Rolling))
            : Decision.Of(state);

    /// <summary>A client that does not acknowledge the gate is passed over; the aggregator is told again.</summary>
    public Decision<ClientState> Expire(ClientState state, int hop)
    {
        if (state is not { Passing: { } gate, Durable.Serving.MayServe: false } || gate.Hop != hop)
        {
            return Decision.Of(state);
        }

        var missing = gate.Step == RollStep.Done ? state.Durable.Aggregator : Plan.Device(Ring.Turn(gate));
        var passed = gate.Step == RollStep.Done ? Send(state, gate) : Pass(state, Ring.Miss(gate));
        return passed.And(new Observe(new DeadlinePassed(Plan.Device(number), Stages.Rolling, Ring.Lap(gate), [missing], plan.Deadlines.RollGate)));
    }

    /// <summary>After a crash, a turn that nobody has taken over begins again: the same job gives the same gate.</summary>
    public Decision<ClientState> Resume(ClientState state) =>
        state.Durable is { Serving.MayServe: false, RollGate.Turn: { Passed: false, Gate: var gate } } ? BeginTurn(state, gate) : Decision.Of(state);

    private static bool IsNews(ClientState state, RollingGate gate) =>
        state.Durable.RollGate.Turn is not { Gate: var last }
        || gate.Generation > last.Generation || (gate.Generation == last.Generation && gate.Hop > last.Hop);

    private Decision<ClientState> BeginTurn(ClientState state, RollingGate gate)
    {
        var durable = state.Durable.Rolling(new RollTurn(gate, Passed: false));
        return gate.Step == RollStep.Adopt
            ? Pass(state with { Durable = durable with { RollGate = durable.RollGate with { Gate = new(gate.Gate, plan.Named(gate.Ring.Order())) } } }, gate)
            : Decision.Of(state with { Durable = durable, Passing = null }, new CancelTimer(Tags.Rolling), Train(state, gate));
    }

    private Roles.Compute Train(ClientState state, RollingGate gate)
    {
        var settings = plan.Settings.RollGate;
        var job = LearningJob.Create(
            new RollGateParameters(
                plan.Model, plan.Clients, [.. gate.Ring.Order()], number, settings.Share, plan.GateKey("rollgate-labels", number),
                settings.LearningRate, settings.Batch, settings.Epochs),
            plan.GateKey("rollgate", number, gate.Hop / gate.Ring.Length),
            gate.Gate, state.Durable.Expert.Latents!);
        return new Roles.Compute(new TurnTag(gate.Generation, gate.Hop), job, _charges.Turn);
    }

    /// <summary>The gate goes on from a hop whose work is done. A client that is next itself has no need of the network.</summary>
    private Decision<ClientState> Pass(ClientState state, RollingGate done)
    {
        var next = Ring.Next(done, plan.Settings.RollGate);
        var passed = Ring.IsToSkip(next) ? Pass(state, next) : next.Step != RollStep.Done && Ring.Turn(next) == number ? BeginTurn(state, next) : Send(state, next);
        return Ring.EndedLap(done) is { } lap ? passed with { Effects = [new Observe(lap), .. passed.Effects] } : passed;
    }

    private Decision<ClientState> Send(ClientState state, RollingGate gate) => Decision.Of(
        state with { Passing = gate },
        new Send(Ring.Receiver(gate, state.Durable.Aggregator), gate, Stages.Rolling),
        new SetTimer(Tags.Rolling, plan.Deadlines.RollGate, gate.Hop));
}
