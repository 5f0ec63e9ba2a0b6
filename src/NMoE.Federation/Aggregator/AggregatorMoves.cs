using System.Collections.Immutable;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Federation.Settings;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Aggregator;

/// <summary>
/// The aggregator's places. One is the aggregator; those after it stand by. Before it publishes anything it sends what it keeps to the next place that answers, and waits for the word that it
/// is there, up to a deadline. Where the supervisor makes a place the aggregator, that goes on from the last checkpoint that it was sent. Places come one after the other and never again, so that
/// of two that take themselves for the aggregator everybody knows which is.
/// </summary>
internal sealed class AggregatorMoves(AggregatorSection settings, int clients, int place)
{
    public const string CheckpointTimer = "checkpoint";

    private bool IsLast => place == settings.Places - 1;

    /// <summary>What is between places; null for all else.</summary>
    /// <param name="state">State before.</param>
    /// <param name="message">Message.</param>
    /// <param name="goOn">Goes on from a state that this place did not have before.</param>
    public Decision<AggregatorState>? Hear(AggregatorState state, object message, Func<AggregatorState, Decision<AggregatorState>> goOn) => message switch
    {
        _ when state.Durable.Stage == Stages.Dismissed => Decision.Of(state),
        Delivery { Message: AggregatorAt at } when at.Place > place => Dismiss(state),
        Delivery { Message: AggregatorAt at, From: var from } when state.Durable.Stage == Stages.Standby && at.Place == place && from == DeviceId.Supervisor => TakeOver(state, goOn),
        Delivery { Message: AggregatorAt at } when at.Place < place => Decision.Of(state),
        Delivery { Message: Checkpoint kept, From: var from } => from.Place < place ? Keep(state, from, kept) : Decision.Of(state),
        Delivery { Message: Rejoin, From: { IsAggregator: true } from } => from.Place < place ? Decision.Of(state, Answer(state, from)) : Decision.Of(state),
        Delivery { Message: CheckpointTaken taken, From.Place: var by } => by > place ? Taken(state, by, taken.Number) : Decision.Of(state),
        TimerFired { Tag: NumberedTimer { Name: CheckpointTimer } timer } => Expire(state, timer.Number),
        _ when state.Durable.Stage == Stages.Standby => Decision.Of(state),
        _ => null,
    };

    /// <summary>Withholds what a decision publishes until the next place has the state; a place that cannot go on leaves the next one to try.</summary>
    public Decision<AggregatorState> Hold(AggregatorState before, object message, Decision<AggregatorState> decision)
    {
        if (IsLast)
        {
            return decision;
        }

        if (decision.Effects.OfType<GiveUp>().FirstOrDefault() is { } failure)
        {
            return Dismiss(decision.State).And(new Observe(new AggregatorGaveWay(DeviceId.AggregatorAt(place), failure.Reason)));
        }

        return IsPublication(before.Durable, message, decision.State.Durable) ? Withhold(before, decision) : decision;
    }

    private static bool IsPublication(AggregatorDurable before, object message, AggregatorDurable after) => Stages.Published.Contains(after.Stage)
        && (message is Restarted || (before.Stage, before.Round, before.Generation) != (after.Stage, after.Round, after.Generation));

    private Decision<AggregatorState> Withhold(AggregatorState before, Decision<AggregatorState> decision)
    {
        var durable = decision.State.Durable with { Checkpoints = decision.State.Durable.Checkpoints + 1 };
        var questions = durable.Unheard.Select(Effect (unheard) => new Send(DeviceId.AggregatorAt(unheard), new Rejoin(0), Stages.Checkpoint));
        if (Enumerable.Range(place + 1, settings.Places - place - 1).FirstOrDefault(next => !durable.Unheard.Contains(next)) is not (> 0 and var next))
        {
            return decision with { Effects = [.. decision.Effects, .. questions] };
        }

        // What was withheld before went to clients that count as at work, where updates are buffered; else it is out of date.
        var withheld = decision.Effects.Where(effect => !IsHarmless(effect));
        return new(
            decision.State with
            {
                Durable = durable,
                Moving = new(durable.Checkpoints, [.. decision.State.Buffer.Working.IsEmpty ? [] : before.Moving.Withheld, .. withheld]),
            },
            [
                new Await(FormattableString.Invariant($"{DeviceId.AggregatorAt(next)} to take checkpoint {durable.Checkpoints}")),
                .. decision.Effects.Where(IsHarmless),
                new Send(DeviceId.AggregatorAt(next), Kept(durable), Stages.Checkpoint),
                new SetTimer(new NumberedTimer(CheckpointTimer, durable.Checkpoints), settings.CheckpointDeadline),
                .. questions,
            ]);
    }

    /// <summary>What the next place is sent. Opinions are gathered anew there, as long as they are.</summary>
    private static Checkpoint Kept(AggregatorDurable durable) => new(durable) { Number = durable.Checkpoints, Step = durable.Stage, Unlearned = durable.Stage == Stages.Sharing ? [] : durable.Unlearned };

    /// <summary>Whether an effect tells no other device of the new state, and so need not wait until the next place has it.</summary>
    private static bool IsHarmless(Effect effect) => effect is Observe or CancelTimer or Send { Message: NothingNew };

    private Decision<AggregatorState> Taken(AggregatorState state, int by, int number)
    {
        var heard = state with { Durable = state.Durable with { Unheard = state.Durable.Unheard.Remove(by) } };
        return state.Moving.Guard == number ? Publish(heard).And(new CancelTimer(CheckpointTimer)) : Decision.Of(heard);
    }

    /// <summary>A place that is down, or too slow, must not stop training.</summary>
    private Decision<AggregatorState> Expire(AggregatorState state, int number)
    {
        if (state.Moving.Guard != number)
        {
            return Decision.Of(state);
        }

        var next = Enumerable.Range(place + 1, settings.Places - place - 1).First(next => !state.Durable.Unheard.Contains(next));
        var published = Publish(state with { Durable = state.Durable with { Unheard = state.Durable.Unheard.Add(next) } });
        return published.And(new Observe(new CheckpointMissed(DeviceId.AggregatorAt(next), number)));
    }

    private static Decision<AggregatorState> Publish(AggregatorState state) => Decision.Of(state with { Moving = MovingState.None }, [.. state.Moving.Withheld]);

    private Decision<AggregatorState> Keep(AggregatorState state, DeviceId from, Checkpoint kept)
    {
        var durable = state.Durable;
        var isNews = durable.Stage == Stages.Standby && (durable.Held is not { } held || from.Place > durable.HeldFrom || (from.Place == durable.HeldFrom && kept.Number > held.Number));
        var next = isNews ? state with { Durable = durable with { Held = kept, HeldFrom = from.Place } } : state;
        return Decision.Of(next, Answer(next, from));
    }

    /// <summary>To an earlier place: what is here, or that it is the aggregator no more.</summary>
    private Send Answer(AggregatorState state, DeviceId from)
    {
        var durable = state.Durable;
        IMessage answer = durable.Stage != Stages.Standby ? new AggregatorAt(place)
            : durable.Held is null ? new CheckpointTaken(0)
            : durable.HeldFrom > from.Place ? new AggregatorAt(durable.HeldFrom)
            : new CheckpointTaken(durable.HeldFrom == from.Place ? durable.Held.Number : 0);
        return new Send(from, answer, Stages.Checkpoint);
    }

    private static Decision<AggregatorState> Dismiss(AggregatorState state) => Decision.Of(
        state with { Durable = state.Durable with { Stage = Stages.Dismissed }, Moving = MovingState.None }, new Done());

    /// <summary>All clients hear from the new place: whoever is asked for nothing, that it is there.</summary>
    private Decision<AggregatorState> TakeOver(AggregatorState state, Func<AggregatorState, Decision<AggregatorState>> goOn)
    {
        var held = state.Durable.Held;
        var begun = goOn(new AggregatorState((held is null ? AggregatorDurable.Empty : new AggregatorDurable(held) { Stage = held.Step }) with { MayBegin = true }));
        var addressed = begun.Effects.Select(effect => effect is SendAgain again ? again.What : effect).OfType<Send>().Select(send => send.To).ToImmutableSortedSet();
        return begun with
        {
            Effects =
            [
                new Observe(new AggregatorMoved(DeviceId.AggregatorAt(place), held?.Step, held?.Round ?? 0)),
                .. begun.Effects,
                .. Enumerable.Range(0, clients).Select(DeviceId.Client).Prepend(DeviceId.Supervisor).Where(device => !addressed.Contains(device))
                    .Select(device => new Send(device, new NothingNew(), Stages.Control)),
            ],
        };
    }
}
