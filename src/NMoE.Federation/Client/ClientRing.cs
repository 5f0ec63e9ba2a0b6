using System.Collections.Immutable;
using NMoE.Compute.Jobs;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Client;

/// <summary>
/// What a client decides in a ring: it takes the model, trains it on its own data, and passes it on until someone takes it. Nothing keeps what
/// the clients before have taught.
/// </summary>
/// <param name="number">The client.</param>
/// <param name="plan">The experiment.</param>
/// <param name="ring">What is trained.</param>
internal sealed class ClientRing(int number, Plan plan, IRingStage ring) : IClientHalf
{
    private readonly RingRules _rules = ring.Rules(plan.Settings);
    private readonly TimeSpan _deadline = plan.Pipeline.Deadlines.Turns[ring.Stage];

    /// <summary>The timer of what was passed on.</summary>
    private static string Timer(string stage) => "ring-" + stage;

    /// <summary>Who takes part.</summary>
    public RingKind Kind => _rules.Kind;

    public Decision<ClientState>? Handle(ClientState state, object message) => message switch
    {
        Delivery { Message: TravellingModel model, From: var from } when model.Stage == ring.Stage => Take(state, from, model),
        Delivery { Message: TravellingModelTaken taken } when taken.Stage == ring.Stage => Taken(state, taken),
        JobFinished { Tag: TurnTag turn } job when turn.Stage == ring.Stage => Trained(state, turn, job.Result),
        TimerFired { Tag: NumberedTimer timer } when timer.Name == Timer(ring.Stage) => Expire(state, timer.Number),
        _ => null,
    };

    /// <summary>Takes the model. One that comes again, or from behind, is acknowledged and changes nothing.</summary>
    private Decision<ClientState> Take(ClientState state, DeviceId from, TravellingModel model)
    {
        if (model.Step == RingStep.Done || model.Ring.IsEmpty || Ring.Turn(model) != number || !CanTrain(state))
        {
            return Decision.Of(state);
        }

        var taken = new Send(from, new TravellingModelTaken(model.Stage, model.Generation, model.Hop), ring.Stage);
        if (!IsNews(state, model))
        {
            return Decision.Of(state, taken);
        }

        var begun = BeginTurn(state, model);
        return begun with { Effects = [taken, .. begun.Effects] };
    }

    private Decision<ClientState> Trained(ClientState state, TurnTag turn, JobResult result)
    {
        if (TurnOf(state) is not { Model: { Step: RingStep.Train } model } || (model.Generation, model.Hop) != (turn.Generation, turn.Hop))
        {
            return Decision.Of(state);
        }

        var loss = result.Metrics["loss"];
        return double.IsFinite(loss)
            ? Pass(state, model with { Model = result.Outputs[..ring.Parts.Length], Losses = model.Losses + loss })
            : Decision.Of(state, new Crash(FormattableString.Invariant($"the loss of the travelling model of stage '{ring.Stage}' diverged at hop {model.Hop} ({loss})")));
    }

    /// <summary>Someone has taken the model from here.</summary>
    private Decision<ClientState> Taken(ClientState state, TravellingModelTaken taken) =>
        Passing(state) is { } model && TurnOf(state) is { } turn && (model.Generation, model.Hop) == (taken.Generation, taken.Hop)
            ? Decision.Of(
                state with { Passing = state.Passing.Remove(ring.Stage), Durable = state.Durable.Turning(ring.Stage, turn with { Passed = true }) },
                new CancelTimer(Timer(ring.Stage)))
            : Decision.Of(state);

    /// <summary>A client that does not acknowledge the model is passed over; the aggregator is told again.</summary>
    private Decision<ClientState> Expire(ClientState state, int hop)
    {
        if (Passing(state) is not { } model || state.Durable.Serving.MayServe || model.Hop != hop)
        {
            return Decision.Of(state);
        }

        var missing = model.Step == RingStep.Done ? state.Durable.Aggregator : DeviceId.Client(Ring.Turn(model));
        var passed = model.Step == RingStep.Done ? Send(state, model) : Pass(state, Ring.Miss(model));
        return passed.And(new Observe(new DeadlinePassed(DeviceId.Client(number), ring.Stage, Ring.Lap(model), [missing], _deadline)));
    }

    /// <summary>After a crash, a turn that nobody has taken over begins again: the same job gives the same model.</summary>
    public Decision<ClientState> Resume(ClientState state) =>
        !state.Durable.Serving.MayServe && TurnOf(state) is { Passed: false, Model: var model } && (CanTrain(state) || model.Step != RingStep.Train)
            ? BeginTurn(state, model)
            : Decision.Of(state);

    private bool CanTrain(ClientState state) => _rules.Kind == RingKind.OfExperts ? state.Durable.Expert.Latents is not null : state.Shards.Training is not null;

    private ImmutableArray<int> Named(TravellingModel model) => plan.Peers.IsFull ? plan.Deal.Named(model.Ring.Order()) : plan.Peers.Named(number, model.Ring.Contains);

    private RingTurn? TurnOf(ClientState state) => state.Durable.Turns.GetValueOrDefault(ring.Stage);

    private TravellingModel? Passing(ClientState state) => state.Passing.GetValueOrDefault(ring.Stage);

    private bool IsNews(ClientState state, TravellingModel model) =>
        TurnOf(state) is not { Model: var last }
        || model.Generation > last.Generation || (model.Generation == last.Generation && model.Hop > last.Hop);

    private Decision<ClientState> BeginTurn(ClientState state, TravellingModel model)
    {
        var durable = state.Durable.Turning(ring.Stage, new RingTurn(model, Passed: false));
        return model.Step == RingStep.Adopt
            ? Pass(state with { Durable = durable.Learning(ring.Stage, new(model.Model[0], Named(model))) }, model)
            : Decision.Of(state with { Durable = durable, Passing = state.Passing.Remove(ring.Stage) }, new CancelTimer(Timer(ring.Stage)), Train(state, model));
    }

    private Roles.Compute Train(ClientState state, TravellingModel model) => new(
        new TurnTag(ring.Stage, model.Generation, model.Hop),
        ring.Turn(new LocalTurn(plan, number, model, state.Shards.Training, state.Durable.Expert.Latents)),
        ring.Flops(plan, plan.Deal.Rows(number)));

    /// <summary>The model goes on from a hop whose work is done. A client that is next itself has no need of the network.</summary>
    private Decision<ClientState> Pass(ClientState state, TravellingModel done)
    {
        var next = Ring.Next(done, _rules);
        var passed = Ring.IsToSkip(next) ? Pass(state, next) : next.Step != RingStep.Done && Ring.Turn(next) == number ? BeginTurn(state, next) : Send(state, next);
        return Ring.EndedLap(done) is { } lap ? passed with { Effects = [new Observe(lap), .. passed.Effects] } : passed;
    }

    private Decision<ClientState> Send(ClientState state, TravellingModel model) => Decision.Of(
        state with { Passing = state.Passing.SetItem(ring.Stage, model) },
        new Send(Ring.Receiver(model, state.Durable.Aggregator), model, ring.Stage),
        new SetTimer(new NumberedTimer(Timer(ring.Stage), model.Hop), _deadline));
}
