using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Aggregator;

/// <summary>A ring as the aggregator sees it: it sets a model rolling, and hears of it again when it has been around.</summary>
/// <param name="plan">The experiment.</param>
/// <param name="place">The aggregator's place.</param>
/// <param name="ring">What is trained.</param>
/// <param name="next">What comes after it.</param>
internal sealed class AggregatorRing(Plan plan, int place, IRingStage ring, Func<AggregatorState, Decision<AggregatorState>> next) : IServerHalf
{
    public const string HopTimer = "ring-hop";
    public const string RingTimer = "ring";
    private const int MaxRings = 3;
    private readonly RingRules _rules = ring.Rules(plan.Settings);
    private readonly TimeSpan _deadline = plan.Pipeline.Deadlines.Turns[ring.Stage];

    /// <summary>Each place has rings of its own: clients must not take its first for one that they have been through.</summary>
    public static int FirstRing(int place) => place * MaxRings;

    /// <summary>To whom the end of a ring came from.</summary>
    public static Send Acknowledge(TravellingModel model, DeviceId from) => new(from, new TravellingModelTaken(model.Stage, model.Generation, model.Hop), model.Stage);

    public string Stage => ring.Stage;

    public Decision<AggregatorState> Begin(AggregatorState state) =>
        Resume(state with { Durable = state.Durable with { Round = Math.Max(1, state.Durable.Round), Generation = FirstRing(place) } });

    public Decision<AggregatorState>? Handle(AggregatorState state, object message) => message switch
    {
        Delivery { Message: TravellingModelTaken taken } => Taken(state, taken),
        Delivery { Message: TravellingModel { Step: RingStep.Done } model, From: var from } when (Stage, state.Durable.Generation) == (model.Stage, model.Generation) => End(state, from, model),
        TimerFired { Tag: NumberedTimer { Name: HopTimer } timer } => Expire(state, timer.Number),
        TimerFired { Tag: NumberedTimer { Name: RingTimer } timer } => state.Durable.Generation == timer.Number ? RollAnew(state) : Decision.Of(state),
        _ => null,
    };

    /// <summary>The final model, once the ring is over.</summary>
    public IEnumerable<Effect> Missed(AggregatorState state, int client) => state.Durable.Stage == Stage || _rules.Kind == RingKind.OfJoined
        ? []
        : [new SendAgain(new Send(DeviceId.Client(client), Publication(client, Model(state.Durable), state.Durable.Ring.IsEmpty ? state.Durable.Experts : state.Durable.Ring), Stage))];

    /// <summary>Sets the model rolling; also after a crash, for a client that had its turn only acknowledges it.</summary>
    public Decision<AggregatorState> Resume(AggregatorState state)
    {
        var clients = state.Durable.Heard(Members(state.Durable));
        var durable = state.Durable with { Ring = Around(clients) };
        var passed = Pass(state with { Durable = durable, Quiet = [.. clients] }, Ring.First(ring.Stage, durable.Generation, durable.Ring, Model(durable)));
        return passed with
        {
            Effects =
            [
                new Await($"the model of stage '{ring.Stage}' that goes around the clients"),
                new SetTimer(new NumberedTimer(RingTimer, durable.Generation), Ring.Patience(_rules, _deadline, durable.Ring.Length)),
                .. passed.Effects,
            ],
        };
    }

    private static Decision<AggregatorState> Taken(AggregatorState state, TravellingModelTaken taken) =>
        state.Passing is { } model && (model.Stage, model.Generation, model.Hop) == (taken.Stage, taken.Generation, taken.Hop)
            ? Decision.Of(state with { Passing = null }, new CancelTimer(HopTimer))
            : Decision.Of(state);

    /// <summary>A client that does not acknowledge the model is passed over.</summary>
    private Decision<AggregatorState> Expire(AggregatorState state, int hop)
    {
        if (state.Passing is not { } model || model.Hop != hop)
        {
            return Decision.Of(state);
        }

        var missing = Ring.Turn(model);
        var silent = AggregatorSilence.Silence(state, [missing]);
        var passed = hop + 1 < model.Ring.Length ? Pass(silent, Ring.Next(Ring.Miss(model), _rules)) : RollAnew(silent);
        return passed.And(AggregatorSilence.Passed(DeviceId.AggregatorAt(place), ring.Stage, Ring.Lap(model), [missing], _deadline));
    }

    /// <summary>The final model goes to those whom it did not reach: the ring passed them over at the end, or they are no part of it.</summary>
    private Decision<AggregatorState> End(AggregatorState state, DeviceId from, TravellingModel model)
    {
        var ended = Decision.Of(
            AggregatorSilence.Silence(state with { Durable = Keep(state.Durable, model.Model), Passing = null }, model.Missed),
            Acknowledge(model, from), new CancelTimer(HopTimer), new CancelTimer(RingTimer), new Observe(new RingEnded(Stage, model.Model) { Place = place }));
        return (_rules.Kind == RingKind.OfJoined ? ended : ended.And([.. Publish(state, model)])).Then(next);
    }

    private IEnumerable<Effect> Publish(AggregatorState state, TravellingModel model) =>
        plan.Deal.Served(state.Durable.Joined.Keys)
            .Where(client => !model.Ring.Contains(client) || model.Missed.Contains(client))
            .Select(client => new Send(DeviceId.Client(client), Publication(client, model.Model, model.Ring), Stage));

    /// <summary>The whole gate, as it went around.</summary>
    private PublishModel Publication(int client, ImmutableArray<BlobRef> model, ImmutableArray<int> ring) => new(Stage, model)
    {
        Experts = plan.Peers.IsFull ? plan.Deal.Named(ring.Order()) : plan.Peers.Named(client, ring.Contains),
    };

    /// <summary>They in the order in which each hands the model to a peer; one that is not there is passed over. Before there are experts nobody is asked for one: clients go by number.</summary>
    private ImmutableArray<int> Around(ImmutableSortedSet<int> clients) =>
        _rules.Kind == RingKind.OfExperts && plan.Peers is { IsFull: false, Ring: { } order } ? [.. order().Where(clients.Contains)] : [.. clients];

    private IEnumerable<int> Members(AggregatorDurable durable) => _rules.Kind == RingKind.OfExperts ? durable.Experts : durable.Joined.Keys;

    private ImmutableArray<BlobRef> Model(AggregatorDurable durable) => _rules.Kind == RingKind.OfJoined ? durable.Extractor : [durable.Gates[ring.Stage]];

    private AggregatorDurable Keep(AggregatorDurable durable, ImmutableArray<BlobRef> model) => _rules.Kind == RingKind.OfJoined
        ? durable with { Extractor = model }
        : durable with { Gates = durable.Gates.SetItem(ring.Stage, model[0]) };

    private Decision<AggregatorState> Pass(AggregatorState state, TravellingModel model) => Decision.Of(
        state with { Passing = model },
        new Send(Ring.Receiver(model, DeviceId.AggregatorAt(place)), model, ring.Stage),
        new SetTimer(new NumberedTimer(HopTimer, model.Hop), _deadline));

    /// <summary>A ring that has not come to its end is taken for lost.</summary>
    private Decision<AggregatorState> RollAnew(AggregatorState state)
    {
        var following = state.Durable.Generation + 1;
        return following < FirstRing(place) + MaxRings
            ? Resume(state with { Durable = state.Durable with { Generation = following } })
            : Decision.Of(state, new GiveUp(FormattableString.Invariant(
                $"the ring of {Members(state.Durable).Count()} clients of stage '{ring.Stage}' did not come to its end, {MaxRings} times")));
    }
}
