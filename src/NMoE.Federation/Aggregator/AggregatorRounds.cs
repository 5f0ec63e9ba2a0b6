using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Federation.Settings;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Aggregator;

/// <summary>A stage in rounds: invite, collect until all or a quorum at the deadline, average in client order, publish.</summary>
internal sealed class AggregatorRounds(Plan plan, DeviceId self, IRoundStage stage, Func<AggregatorState, Decision<AggregatorState>> next) : IServerHalf
{
    public const string DeadlineTimer = "round-deadline";
    private const int MaxTries = 3;
    private readonly AggregatorBuffer? _buffer = stage.IsBuffered(plan) ? new(plan, self.Place, stage) : null;
    private readonly AggregatorExchange? _exchange = stage.Exchange(plan) is { } exchange ? new(plan, stage, exchange) : null;

    // Who counted last is asked by late updates and control variates, and goes to the next place.
    private readonly bool _remembersCounted = stage.Late(plan) == LateUpdates.Accept || plan.Pipeline.HasControl || plan.Pipeline.Places > 1;

    public string Stage => stage.Stage;

    public Decision<AggregatorState> Begin(AggregatorState state) => Resume(state with { Durable = state.Durable with { Round = 1 } });

    public Decision<AggregatorState>? Handle(AggregatorState state, object message) => message switch
    {
        JobFinished { Tag: AverageTag tag } job => TakeAverage(state, tag, job.Result.Outputs),
        JobFinished { Tag: ExternalTag tag } job => _exchange?.Send(state, tag, job.Result.Outputs[0]),
        Delivery { Message: Correlated correlated, From.Number: var client } => _exchange?.Take(state, client, correlated),
        Delivery { Message: RoundUpdate update, From.Number: var client } => Take(state, client, update),
        TimerFired { Tag: RoundTimer { Name: AggregatorExchange.DeadlineTimer } timer } => ExpireExchange(state, timer),
        TimerFired { Tag: RoundTimer timer } => Expire(state, timer),
        _ => null,
    };

    /// <summary>While it is under way, what is asked of a client in the round, where it is part of it and has not answered; then the model.</summary>
    public IEnumerable<Effect> Missed(AggregatorState state, int client) =>
        state.Durable.Stage != Stage ? Publication(state.Durable, client) is { } left ? [new SendAgain(left)] : []
        : _buffer is not null ? _buffer.Invite(state, client)
        : !state.Round.Cohort.Contains(client) || IsFresh(state, client) ? []
        : [new SendAgain(Invitation(state.Durable, client))];

    /// <summary>Begins the round under way, or begins it again.</summary>
    public Decision<AggregatorState> Resume(AggregatorState state)
    {
        if (_buffer is not null)
        {
            return _buffer.Begin(state);
        }

        var durable = state.Durable;
        var (cohort, target) = Invited(durable);
        if (cohort.IsEmpty)
        {
            return Decision.Of(state, new GiveUp(FormattableString.Invariant(
                $"round {durable.Round} of stage '{Stage}' has no client to invite")));
        }

        var fresh = new AggregatorState(durable) with
        {
            Round = RoundState.None with { Cohort = cohort, Target = target, Tries = state.Round.Tries },
            Exchange = _exchange is null ? ExchangeState.Over : ExchangeState.None,
            Quiet = [.. cohort],
        };
        var isRetry = state.Round.Tries > 0;

        // A round that is tried again keeps the updates that have come, and the exchange of matrices if that is over.
        var begun = isRetry
            ? fresh with { Round = fresh.Round with { Updates = state.Round.Updates, Covered = state.Round.Covered, Target = Math.Max(state.Round.Target, target) }, Exchange = state.Exchange }
            : fresh;
        return Decision.Of(
            begun,
            [
                new Await(FormattableString.Invariant($"updates of round {durable.Round} of stage '{Stage}'")),
                .. Invitations(durable, cohort.Where(client => !HasAnswered(begun, client)))
                    .Select(invitation => isRetry ? new SendAgain(invitation) : (Effect)invitation),
                new SetTimer(Timer(begun, stage) with { Name = begun.Exchange.IsOver ? DeadlineTimer : AggregatorExchange.DeadlineTimer }, stage.Deadline(plan)),
            ]);
    }

    /// <summary>Whether nothing is to be asked of a client for now: its update is there, or its matrix as long as those are gathered.</summary>
    private static bool HasAnswered(AggregatorState state, int client) => IsFresh(state, client) || (!state.Exchange.IsOver && state.Exchange.Correlated.Contains(client));

    private Send Invitation(AggregatorDurable durable, int client) => new(new DeviceId(client), stage.Invitation(plan, durable, client), Stage);

    /// <summary>To some clients. Where several are invited alike, one message is for all of them: it is kept as long as one of them is on its way.</summary>
    private IEnumerable<Send> Invitations(AggregatorDurable durable, IEnumerable<int> clients)
    {
        IMessage? last = null;
        foreach (var client in clients)
        {
            var invitation = Invitation(durable, client);
            last = invitation.Message.Equals(last) ? last : invitation.Message;
            yield return ReferenceEquals(last, invitation.Message) ? invitation : invitation with { Message = last };
        }
    }

    private Send? Publication(AggregatorDurable durable, int client) => stage.Publication(plan, durable, client) is { } model ? new(DeviceId.Client(client), model, Stage) : null;

    private Decision<AggregatorState> Take(AggregatorState state, int client, RoundUpdate update)
    {
        var sound = update.Stage == Stage && update.Samples > 0 && stage.IsWhole(plan, state.Durable, update);
        if (sound && _buffer is not null)
        {
            return _buffer.Take(state, client, update);
        }

        if (!sound || state.Round.Closed || !(IsOfThisRound(state, client, update) || IsLateButWelcome(state, client, update)))
        {
            return Decision.Of(state);
        }

        // Where clients were handed from one edge server to another meanwhile, the first update that has them counts.
        if (update.Sites.Any(state.Round.Covered.Contains))
        {
            return Decision.Of(state);
        }

        var next = state with { Round = state.Round with { Updates = state.Round.Updates.SetItem(client, update), Covered = state.Round.Covered.Union(update.Sites) } };
        // After an exchange only those that took part in it were told to train: more updates than that need not be waited for.
        var told = next.Exchange.Correlated.IsEmpty ? next.Round.Cohort.Count : next.Exchange.Correlated.Count;
        return CountFresh(next) == Math.Min(next.Round.Target, told) ? Average(next) : Decision.Of(next);
    }

    private static bool IsOfThisRound(AggregatorState state, int client, RoundUpdate update) =>
        update.Round == state.Durable.Round && state.Exchange.IsOver && state.Round.Cohort.Contains(client) && !IsFresh(state, client);

    /// <summary>An update of an earlier round, newer than what counted of its client before, unless one of this round is there.</summary>
    private bool IsLateButWelcome(AggregatorState state, int client, RoundUpdate update) =>
        stage.Late(plan) == LateUpdates.Accept && state.Durable.Joined.ContainsKey(client)
        && update.Round < state.Durable.Round && update.Round > state.Durable.Counted.GetValueOrDefault(client)
        && !(state.Round.Updates.TryGetValue(client, out var known) && known.Round >= update.Round);

    private static bool IsFresh(AggregatorState state, int client) => state.Round.Updates.TryGetValue(client, out var update) && update.Round == state.Durable.Round;

    private static ImmutableArray<int> Fresh(AggregatorState state) => [.. state.Round.Updates.Keys.Where(client => IsFresh(state, client))];

    /// <summary>Where none that is late is taken in, all are of this round: looking through them at each would take n^2 steps a round.</summary>
    private int CountFresh(AggregatorState state) =>
        stage.Late(plan) == LateUpdates.Accept ? Fresh(state).Length : state.Round.Updates.Count;

    /// <summary>Late updates are refused from the deadline on, because the cohort is then what came in time.</summary>
    private Decision<AggregatorState> Expire(AggregatorState state, RoundTimer timer) =>
        timer != Timer(state, stage) || state.Round.Closed ? Decision.Of(state)
        : _buffer is not null ? _buffer.Expire(state)
        : GoOnWith(state, [.. Fresh(state)], "updates", ended => Average(AggregatorSilence.Silence(ended, state.Round.Cohort.Except(ended.Round.Cohort))));

    /// <summary>The same for the exchange before it.</summary>
    private Decision<AggregatorState> ExpireExchange(AggregatorState state, RoundTimer timer) =>
        _exchange is null || timer with { Name = DeadlineTimer } != Timer(state, stage) || state.Exchange.IsOver
            ? Decision.Of(state)
            : GoOnWith(state, state.Exchange.Correlated, "correlation matrices", ended => _exchange.End(AggregatorSilence.Silence(ended, state.Round.Cohort.Except(ended.Round.Cohort))));

    /// <summary>With a quorum the round goes on with those that came; without it begins anew, a few times.</summary>
    private Decision<AggregatorState> GoOnWith(
        AggregatorState state, ImmutableSortedSet<int> came, string what, Func<AggregatorState, Decision<AggregatorState>> goOn)
    {
        var durable = state.Durable;
        var needed = Math.Max(1, (int)Math.Ceiling(Math.Round(stage.Quorum(plan) * state.Round.Target, 9)));
        var decision = came.Count >= needed ? goOn(state with { Round = state.Round with { Cohort = came } })
            : state.Round.Tries + 1 < MaxTries ? Resume(state with { Round = state.Round with { Tries = state.Round.Tries + 1 } })
            : Decision.Of(state, new GiveUp(FormattableString.Invariant(
                $"round {durable.Round} of stage '{Stage}' got {came.Count} of {needed} {what} needed, {MaxTries} times within {LeastTimes.Words(stage.Deadline(plan).TotalSeconds)} ({stage.DeadlineWords}); a client alone on the network needs {Least()}")));
        return decision.And(AggregatorSilence.Passed(self, Stage, durable.Round, state.Round.Cohort.Except(came), stage.Deadline(plan)));
    }

    private Decision<AggregatorState> TakeAverage(AggregatorState state, AverageTag tag, ImmutableArray<BlobRef> outputs)
    {
        var durable = state.Durable;
        if (tag.Round != durable.Round || tag.Stage != Stage || !state.Round.Closed)
        {
            return Decision.Of(state);
        }

        var averaged = state.Round.Averaged.SetItem(tag.Part, outputs);
        if (averaged.Count < stage.CountSteps(plan))
        {
            return Decision.Of(state with { Round = state.Round with { Averaged = averaged } });
        }

        var updates = state.Round.Updates;
        var kept = (AggregatorDurable)stage.Keep(durable, [.. averaged.Values], _remembersCounted ? updates.Select(update => KeyValuePair.Create(update.Key, update.Value.Round)) : []);
        var loss = updates.Values.Sum(update => update.Loss * update.Samples) / updates.Values.Sum(update => update.Samples);
        var ended = Decision.Of(
            state with { Durable = kept with { Round = durable.Round + 1 }, Round = state.Round with { Tries = 0 } },
            new Observe(stage.Seen(new RoundEnded(Stage, durable.Round, stage.Model(kept), loss, updates.Values.Sum(update => Math.Max(1, update.Clients))) { Place = self.Place })));
        return !stage.IsLast(plan, durable.Round) ? ended.Then(Resume) : ended.And([.. plan.Deal.Served(kept.Joined.Keys).Select(client => Publication(kept, client)).OfType<Send>()]).Then(next);
    }

    private Decision<AggregatorState> Average(AggregatorState state) => Decision.Of(
        state with { Round = state.Round with { Closed = true } },
        [
            new CancelTimer(DeadlineTimer),
            .. Steps(state).Select((step, part) => new Roles.Compute(new AverageTag(Stage, state.Durable.Round, part), step.Job, step.Flops)),
        ]);

    private ImmutableArray<(Job Job, double Flops)> Steps(AggregatorState state)
    {
        var updates = state.Round.Updates;
        return stage.Steps(
            plan, state.Durable, updates, [.. updates.Values.Select(update => update.Samples * plan.Settings.Extractor.Cohort.Discount(state.Durable.Round - update.Round))]);
    }

    /// <summary>Whoever is invited, and for how many updates the round waits.</summary>
    private (ImmutableSortedSet<int> Cohort, int Target) Invited(AggregatorDurable durable)
    {
        var pool = stage.Pool(plan, durable);
        var (invited, target) = stage.Sizes(plan, pool.Count, stage.All(plan, durable));
        var cohort = invited >= pool.Count ? pool
            : [.. pool.OrderBy(client => stage.Lot(plan, client, durable.Round)).ThenBy(client => client).Take(invited)];
        return (cohort, Math.Min(cohort.Count, target));
    }

    private string Least()
    {
        var least = stage.Least(plan);
        return $"{LeastTimes.Words(least.Seconds)}: {least.Because}";
    }

    internal static RoundTimer Timer(AggregatorState state, IRoundStage stage) => new(DeadlineTimer, stage.Stage, state.Durable.Round, state.Round.Tries);
}
