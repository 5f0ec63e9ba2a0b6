using System.Collections.Immutable;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Federation.Settings;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Supervisor;

/// <summary>The supervisor's state, all of which outlives a crash.</summary>
/// <param name="Trained">Whether training has ended.</param>
/// <param name="Serving">Clients that serve.</param>
public sealed record SupervisorState(bool Trained, ImmutableSortedSet<int> Serving)
{
    /// <summary>Where the aggregator is, from 0.</summary>
    public int Place { get; init; }

    /// <summary>Clients that have experts, as the aggregator said when training ended; none named means all.</summary>
    public ImmutableArray<int> Experts { get; init; } = [];

    /// <summary>The device where it is.</summary>
    public DeviceId Aggregator => DeviceId.AggregatorAt(Place);
}

/// <summary>
/// Owns the experiment: says when to train and when to serve, and switches the servers off before inference needs none. Where the aggregator has places to move to, it is asked every while whether
/// it is there; one that does not answer for long is followed by the next place, and where there is none by the end.
/// </summary>
/// <param name="plan">The experiment.</param>
internal sealed class SupervisorRole(Plan plan) : IRole<SupervisorState>
{
    private const string ServingTimer = "serving";
    private const string PatienceTimer = "patience";
    private const string SilenceTimer = "silence";
    private const double MostHours = 1e6;
    private readonly Bounds _bounds = plan.Pipeline.Bounds(plan.Deal, plan.Model);
    private readonly SupervisionSection _policy = plan.Settings.Supervision;
    private readonly AggregatorSection _aggregator = plan.Settings.Aggregator;

    public SupervisorState Initial => new(false, []);

    public object Durable(SupervisorState state) => state;

    public SupervisorState Recover(object durable) => (SupervisorState)durable;

    public Decision<SupervisorState> Handle(SupervisorState state, object message) => message switch
    {
        Delivery { Message: IMessage told } impossible when !MessageForms.IsPossible(_bounds, impossible.From, told) => Decision.Of(state),
        Started => Begin(state),
        Restarted => !state.Trained ? Begin(state) : state.Serving.Count == plan.Deal.Clients ? Leave(state) : BeginServing(state),
        Delivery { From: { IsAggregator: true } from } when from.Place < state.Place => Decision.Of(state, At(state, from)),
        Delivery { Message: TrainingFinished finished } when !state.Trained => BeginServing(state with { Trained = true, Experts = finished.Experts }),
        Delivery { Message: NothingNew, From.IsClient: false } when !state.Trained => Decision.Of(state, Silence),
        TimerFired { Tag: NumberedTimer { Name: SilenceTimer } timer } when !state.Trained => AskAggregator(state, timer.Number),
        Delivery { Message: ServingBegun } delivery => Count(state with { Serving = state.Serving.Add(delivery.From.Number) }),
        Delivery { Message: Rejoin, From.IsClient: true } delivery when state.Trained => Decision.Of(
            state, [Invitation(state, delivery.From), .. state.Place > 0 ? [At(state, delivery.From)] : ImmutableArray<Effect>.Empty]),
        Delivery { Message: Rejoin, From.IsClient: false } when !state.Trained => Decision.Of(state, Question(state)),
        Delivery { Message: Rejoin, From.IsClient: true } delivery when _aggregator.Places > 1 => Decision.Of(state, At(state, delivery.From)),
        TimerFired { Tag.Name: PatienceTimer } => Decision.Of(state, [.. Invitations(state), Patience]),
        TimerFired { Tag.Name: ServingTimer } => Expire(state),
        _ => Decision.Of(state),
    };

    private Decision<SupervisorState> Begin(SupervisorState state) => Decision.Of(
        state,
        new Await("the end of training"),
        Question(state),
        Silence);

    /// <summary>May begin, or is to; and how far is it?</summary>
    private static Send Question(SupervisorState state) =>
        state.Place == 0 ? new Send(state.Aggregator, new BeginTraining(), Stages.Control) : At(state, state.Aggregator);

    private static Send At(SupervisorState state, DeviceId whom) => new(whom, new AggregatorAt(state.Place), Stages.Control);

    /// <summary>Training may have ended, and all words of that been lost: asked, an aggregator says where it is. One that never does is given up.</summary>
    private Decision<SupervisorState> AskAggregator(SupervisorState state, int asked)
    {
        if (asked < (_aggregator.Places > 1 ? _aggregator.MaxSilence : _policy.MaxSilence))
        {
            return Decision.Of(state, Question(state), new SetTimer(new NumberedTimer(SilenceTimer, asked + 1), _policy.Patience));
        }

        var next = state with { Place = state.Place + 1 };
        return next.Place < _aggregator.Places
            ? Decision.Of(next, At(next, next.Aggregator), At(next, state.Aggregator), Silence)
            : Decision.Of(state, new GiveUp(FormattableString.Invariant($"the {state.Aggregator} did not answer how far training is, {asked} times")
                + (_aggregator.Places > 1 ? ", and there is no place left that it could move to" : "")));
    }

    /// <summary>As long as an aggregator that is through repeats that it is; where there is another place, no longer than it takes to miss it.</summary>
    private SetTimer Silence => new(
        new NumberedTimer(SilenceTimer, 0),
        _aggregator.Places > 1 ? _policy.Patience
            : TimeSpan.FromHours(Math.Min(MostHours, _policy.Patience.TotalHours * _policy.MaxSilence)));

    private Decision<SupervisorState> BeginServing(SupervisorState state) => Decision.Of(
        state,
        [
            new Await("clients to begin serving"),
            new CancelTimer(SilenceTimer),
            .. Invitations(state),
            new SetTimer(new SoleTimer(ServingTimer), plan.Pipeline.Deadlines.Expert),
            Patience,
        ]);

    private Decision<SupervisorState> Expire(SupervisorState state)
    {
        var missing = plan.Deal.ClientNumbers.Where(client => !state.Serving.Contains(client)).Select(DeviceId.Client);
        var left = Leave(state).And(new CancelTimer(PatienceTimer));
        return left with { Effects = [new Observe(new DeadlinePassed(DeviceId.Supervisor, Stages.Serving, 0, [.. missing], plan.Pipeline.Deadlines.Expert)), .. left.Effects] };
    }

    private IEnumerable<Effect> Invitations(SupervisorState state) => plan.Deal.ClientNumbers
        .Where(client => !state.Serving.Contains(client))
        .Select(client => Invitation(state, DeviceId.Client(client)));

    private Send Invitation(SupervisorState state, DeviceId client) => new(client, new BeginServing { Experts = Experts(state, client.Number) }, Stages.Control);

    /// <summary>Of those that have experts, whom a client may ask.</summary>
    private ImmutableArray<int> Experts(SupervisorState state, int client) => plan.Peers.IsFull || state.Experts.IsEmpty
        ? state.Experts
        : plan.Peers.Named(client, expert => state.Experts.BinarySearch(expert) >= 0);

    private SetTimer Patience => new(new SoleTimer(PatienceTimer), _policy.Patience);

    private Decision<SupervisorState> Count(SupervisorState state) =>
        state.Serving.Count == plan.Deal.Clients ? Leave(state).And(new CancelTimer(ServingTimer), new CancelTimer(PatienceTimer)) : Decision.Of(state);

    private Decision<SupervisorState> Leave(SupervisorState state) => plan.Settings.Experiment.RetireServers
        ? Decision.Of(state, new Done(), new Retire([DeviceId.Aggregator, .. _aggregator.StandbyDevices, .. plan.Sites.Edges, DeviceId.Supervisor]))
        : Decision.Of(state, new Done());
}
