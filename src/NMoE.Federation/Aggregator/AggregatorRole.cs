using System.Collections.Immutable;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Aggregator;

/// <summary>Leads training through the stages of the experiment, one after the other. Exists in training only.</summary>
internal sealed class AggregatorRole : IRole<AggregatorState>
{
    private readonly Plan _plan;
    private readonly int _place;
    private readonly Bounds _bounds;
    private readonly ImmutableArray<IServerHalf> _stages;
    private readonly AggregatorMoves _moves;
    private readonly Func<AggregatorState, Decision<AggregatorState>> _takeOver;

    /// <summary>The role at the place where it begins.</summary>
    /// <param name="plan">The experiment.</param>
    public AggregatorRole(Plan plan)
        : this(plan, 0)
    {
    }

    /// <summary>The role at a place: at a later one than the first it stands by until the aggregator moves there.</summary>
    /// <param name="plan">The experiment.</param>
    /// <param name="place">Which place, from 0.</param>
    public AggregatorRole(Plan plan, int place)
    {
        (_plan, _place, _bounds) = (plan, place, plan.Pipeline.Bounds(plan.Deal, plan.Model));
        _stages = ServerHalves.Of(plan, place, Next);
        _takeOver = TakeOver;
        _moves = new(plan.Settings.Aggregator, plan.Deal.Clients, place);
    }

    public AggregatorState Initial => new AggregatorState(_place == 0 ? AggregatorDurable.Empty : AggregatorDurable.Empty with { Stage = Stages.Standby });

    public object Durable(AggregatorState state) => state.Durable;

    public AggregatorState Recover(object durable) => new AggregatorState((AggregatorDurable)durable);

    public Decision<AggregatorState> Handle(AggregatorState state, object message) =>
        message is Delivery { Message: IMessage told } impossible && !MessageForms.IsPossible(_bounds, impossible.From, told)
            ? Decision.Of(state)
            : _moves.Hold(state, message, Heard(AggregatorSilence.Hear(state, message), message));

    private Decision<AggregatorState> Heard(AggregatorState state, object message) =>
        AggregatorSilence.Note(state, message, _moves.Hear(state, message, _takeOver) ?? Decide(state, message));

    private Decision<AggregatorState> Decide(AggregatorState state, object message) => message switch
    {
        Started => UnderWay(state).Begin(state),
        Restarted => UnderWay(state).Resume(state),
        _ => UnderWay(state).Handle(state, message) ?? Answer(state, message),
    };

    private IServerHalf UnderWay(AggregatorState state)
    {
        foreach (var half in _stages)
        {
            if (half.Stage == state.Durable.Stage)
            {
                return half;
            }
        }

        throw new InvalidOperationException($"There is no stage '{state.Durable.Stage}'.");
    }

    private Decision<AggregatorState> Next(AggregatorState state)
    {
        var next = _stages[_stages.IndexOf(UnderWay(state)) + 1];
        return next.Begin(state with { Durable = state.Durable with { Stage = next.Stage } });
    }

    private Decision<AggregatorState> TakeOver(AggregatorState state)
    {
        var next = state with { Durable = state.Durable with { Generation = AggregatorRing.FirstRing(_place) } };
        return UnderWay(next).TakeOver(next);
    }

    /// <summary>What comes in any stage, or when its own is over: who asks hears that the aggregator is there, and the end of a ring that is over is acknowledged.</summary>
    private Decision<AggregatorState> Answer(AggregatorState state, object message) => message switch
    {
        Delivery { Message: BeginTraining or AggregatorAt } => Decision.Of(state, new Send(DeviceId.Supervisor, new NothingNew(), Stages.Control)),
        Delivery { Message: Rejoin, From: { IsEdge: true } edge } => Decision.Of(
            state, [.. _plan.Pipeline.OverSites.Contains(state.Durable.Stage) ? UnderWay(state).Missed(state, edge.Number) : [], new Send(edge, new NothingNew(), Stages.Control)]),
        Delivery { Message: Join { Samples: > 0 and var samples }, From.Number: var client } => CatchUp(Joining(state, client, samples), client, 0),
        Delivery { Message: Rejoin { Samples: > 0 and var samples }, From.Number: var client } when !state.Durable.Joined.ContainsKey(client) => CatchUp(Joining(state, client, samples), client, 0),
        Delivery { Message: Rejoin { Has: var has }, From.Number: var client } => CatchUp(state, client, has),
        Delivery { Message: TravellingModel { Step: RingStep.Done } model, From: var from } => Decision.Of(state, AggregatorRing.Acknowledge(model, from)),
        _ => Decision.Of(state),
    };

    private static AggregatorState Joining(AggregatorState state, int client, int samples) => state with { Durable = state.Durable with { Joined = state.Durable.Joined.SetItem(client, samples) } };

    /// <summary>
    /// What a client missed, and a sign of life at any rate. What it missed may be on its way already and is not sent again then. While the next place has not got the state, nothing is published to anyone.
    /// </summary>
    /// <param name="state">State before.</param>
    /// <param name="client">The client.</param>
    /// <param name="has">The model of stage 1 that it says it has, as in <see cref="Rejoin.Has"/>: it is not sent again.</param>
    private Decision<AggregatorState> CatchUp(AggregatorState state, int client, int has)
    {
        var begun = state.Moving.Guard is null ? _stages[..(_stages.IndexOf(UnderWay(state)) + 1)] : [];
        return Decision.Of(state, [.. begun.Where(half => half.Stage != Stages.Expert || has != state.Durable.Lineage + 1).SelectMany(half => half.Missed(state, client)), new Send(DeviceId.Client(client), new NothingNew(), Stages.Control)]);
    }
}
