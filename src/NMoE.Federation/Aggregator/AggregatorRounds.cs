using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Federation.Algorithms;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Federation.Settings;

namespace NMoE.Federation.Aggregator;

/// <summary>One round of a stage: invite, collect until all or a quorum at the deadline, average in client order.</summary>
internal sealed class AggregatorRounds(Plan plan, int place)
{
    public const string DeadlineTimer = "round-deadline";
    private const int MaxTries = 3;
    private static readonly IRoundStage s_extractor = new ExtractorRounds();
    private static readonly IRoundStage s_gate = new FedGateRounds();

    private readonly AggregatorBuffer _buffer = new(plan, place);

    /// <summary>FedSC's first exchange.</summary>
    public AggregatorCorrelations Correlations { get; } = new(plan);

    public Decision<AggregatorState> Begin(AggregatorState state)
    {
        var durable = state.Durable;
        if (IsBuffered(durable))
        {
            return _buffer.Begin(state);
        }

        var (cohort, target) = Invited(durable);
        if (cohort.IsEmpty)
        {
            return Decision.Of(state, new GiveUp(FormattableString.Invariant(
                $"round {durable.Round} of stage '{Of(durable).Stage}' has no client to invite")));
        }

        var fresh = new AggregatorState(durable) with
        {
            Round = RoundState.None with { Cohort = cohort, Target = target, Tries = state.Round.Tries },
            Exchange = Correlates(durable) ? ExchangeState.None : ExchangeState.Over,
            Quiet = cohort,
        };
        var isRetry = state.Round.Tries > 0;

        // What came before the round had to begin anew still counts, and an exchange that was made stays made.
        var begun = isRetry
            ? fresh with { Round = fresh.Round with { Updates = state.Round.Updates, Target = Math.Max(state.Round.Target, target) }, Exchange = state.Exchange }
            : fresh;
        return Decision.Of(
            begun,
            [
                new Await(FormattableString.Invariant($"updates of round {durable.Round} of stage '{Of(durable).Stage}'")),
                .. cohort.Where(client => !HasAnswered(begun, client)).Select(client => Invitation(durable, client))
                    .Select(invitation => isRetry ? new SendAgain(invitation) : (Effect)invitation),
                new SetTimer(begun.Exchange.IsOver ? DeadlineTimer : AggregatorCorrelations.DeadlineTimer, Of(durable).Deadline(plan), Token(begun)),
            ]);
    }

    /// <summary>Whether nothing is to be asked of a client for now: its update is there, or its matrix as long as those are gathered.</summary>
    private static bool HasAnswered(AggregatorState state, int client) => IsFresh(state, client) || (!state.Exchange.IsOver && state.Exchange.Correlated.Contains(client));

    /// <summary>What is asked of a client in the step under way, again; nothing where it is no part of it, or has answered.</summary>
    public ImmutableArray<Effect> Invite(AggregatorState state, int client) =>
        IsBuffered(state.Durable) ? _buffer.Invite(state, client)
        : !state.Round.Cohort.Contains(client) || IsFresh(state, client) ? []
        : [new SendAgain(Invitation(state.Durable, client))];

    private bool Correlates(AggregatorDurable durable) => durable.Phase == Phase.Extractor && plan.Objective.ExchangesMatrices;

    private Send Invitation(AggregatorDurable durable, int client) => new(Plan.Device(client), Of(durable).Invitation(plan, durable, client), Of(durable).Stage);

    public Decision<AggregatorState> Take(AggregatorState state, int client, RoundUpdate update)
    {
        var durable = state.Durable;
        var sound = durable.Phase is Phase.Extractor or Phase.Gate && update.Stage == Of(durable).Stage && update.Samples > 0 && Of(durable).IsWhole(plan, durable, update);
        if (sound && IsBuffered(durable))
        {
            return _buffer.Take(state, client, update);
        }

        if (!sound || state.Round.Closed || !(IsOfThisRound(state, client, update) || IsLateButWelcome(state, client, update)))
        {
            return Decision.Of(state);
        }

        var next = state with { Round = state.Round with { Updates = state.Round.Updates.SetItem(client, update) } };
        // FedSC's exchange may have left fewer than the round began with: nobody else was told to train, unless the round began anew.
        var told = next.Exchange.Correlated.IsEmpty ? next.Round.Cohort.Count : next.Exchange.Correlated.Count;
        return CountFresh(next) == Math.Min(next.Round.Target, told) ? Average(next) : Decision.Of(next);
    }

    private static bool IsOfThisRound(AggregatorState state, int client, RoundUpdate update) =>
        update.Round == state.Durable.Round && state.Exchange.IsOver && state.Round.Cohort.Contains(client) && !IsFresh(state, client);

    /// <summary>An update of an earlier round, newer than what counted of its client before, unless one of this round is there.</summary>
    private bool IsLateButWelcome(AggregatorState state, int client, RoundUpdate update) =>
        Of(state.Durable).Late(plan) == LateUpdates.Accept && state.Durable.Joined.ContainsKey(client)
        && update.Round < state.Durable.Round && update.Round > state.Durable.Counted.GetValueOrDefault(client)
        && !(state.Round.Updates.TryGetValue(client, out var known) && known.Round >= update.Round);

    private static bool IsFresh(AggregatorState state, int client) => state.Round.Updates.TryGetValue(client, out var update) && update.Round == state.Durable.Round;

    private static ImmutableArray<int> Fresh(AggregatorState state) => [.. state.Round.Updates.Keys.Where(client => IsFresh(state, client))];

    /// <summary>Where none that is late is taken in, all are of this round: looking through them at each would take n^2 steps a round.</summary>
    private int CountFresh(AggregatorState state) =>
        Of(state.Durable).Late(plan) == LateUpdates.Accept ? Fresh(state).Length : state.Round.Updates.Count;

    /// <summary>Late updates are refused from the deadline on, because the cohort is then what came in time.</summary>
    public Decision<AggregatorState> Expire(AggregatorState state, int token) =>
        token != Token(state) || state.Round.Closed ? Decision.Of(state)
        : IsBuffered(state.Durable) ? _buffer.Expire(state)
        : GoOnWith(state, [.. Fresh(state)], "updates", ended => Average(AggregatorSilence.Silence(ended, state.Round.Cohort.Except(ended.Round.Cohort))));

    /// <summary>The same for FedSC's first exchange.</summary>
    public Decision<AggregatorState> ExpireCorrelations(AggregatorState state, int token) =>
        token != Token(state) || state.Exchange.IsOver
            ? Decision.Of(state)
            : GoOnWith(state, state.Exchange.Correlated, "correlation matrices", ended => Correlations.Exchange(AggregatorSilence.Silence(ended, state.Round.Cohort.Except(ended.Round.Cohort))));

    /// <summary>With a quorum the round goes on with those that came; without it begins anew, a few times.</summary>
    private Decision<AggregatorState> GoOnWith(
        AggregatorState state, ImmutableSortedSet<int> came, string what, Func<AggregatorState, Decision<AggregatorState>> next)
    {
        var durable = state.Durable;
        var needed = Math.Max(1, (int)Math.Ceiling(Math.Round(Of(durable).Quorum(plan) * state.Round.Target, 9)));
        var decision = came.Count >= needed ? next(state with { Round = state.Round with { Cohort = came } })
            : state.Round.Tries + 1 < MaxTries ? Begin(state with { Round = state.Round with { Tries = state.Round.Tries + 1 } })
            : Decision.Of(state, new GiveUp(FormattableString.Invariant(
                $"round {durable.Round} of stage '{Of(durable).Stage}' got {came.Count} of {needed} {what} needed, {MaxTries} times within {LeastTimes.Words(Of(durable).Deadline(plan).TotalSeconds)} ({Of(durable).Stage}.deadline); a client alone on the network needs {LeastOf(durable)}")));
        return decision.And(AggregatorSilence.Passed(place, Of(durable).Stage, durable.Round, state.Round.Cohort.Except(came), Of(durable).Deadline(plan)));
    }

    public Decision<AggregatorState> TakeAverage(AggregatorState state, AverageTag tag, ImmutableArray<BlobRef> outputs)
    {
        var durable = state.Durable;
        if (tag.Round != durable.Round || tag.Phase != durable.Phase || !state.Round.Closed)
        {
            return Decision.Of(state);
        }

        var averaged = state.Round.Averaged.SetItem(tag.Part, outputs);
        if (averaged.Count < Of(durable).CountSteps(plan))
        {
            return Decision.Of(state with { Round = state.Round with { Averaged = averaged } });
        }

        var (stage, updates) = (Of(durable), state.Round.Updates);
        var kept = (AggregatorDurable)stage.Keep(durable, [.. averaged.Values], updates.Select(update => KeyValuePair.Create(update.Key, update.Value.Round)));
        var loss = updates.Values.Sum(update => update.Loss * update.Samples) / updates.Values.Sum(update => update.Samples);
        var ended = new Observe(new RoundEnded(stage.Stage, durable.Round, stage.Model(kept), loss, updates.Count) { Place = place });
        var next = state with { Durable = kept with { Round = durable.Round + 1 }, Round = state.Round with { Tries = 0 } };
        if (durable.Round == plan.Rounds(stage.Stage))
        {
            return Decision.Of(next, ended);
        }

        var begun = Begin(next);
        return begun with { Effects = [ended, .. begun.Effects] };
    }

    private Decision<AggregatorState> Average(AggregatorState state) => Decision.Of(
        state with { Round = state.Round with { Closed = true } },
        [
            new CancelTimer(DeadlineTimer),
            .. Steps(state).Select((step, part) => new Roles.Compute(new AverageTag(state.Durable.Phase, state.Durable.Round, part), step.Job, step.Flops)),
        ]);

    private ImmutableArray<(Job Job, double Flops)> Steps(AggregatorState state)
    {
        ImmutableArray<RoundUpdate> updates = [.. state.Round.Updates.Values];
        return Of(state.Durable).Steps(
            plan, state.Durable, updates, [.. updates.Select(update => update.Samples * plan.Settings.Extractor.Cohort.Discount(state.Durable.Round - update.Round))]);
    }

    private static IRoundStage Of(AggregatorDurable durable) => durable.Phase == Phase.Gate ? s_gate : s_extractor;

    private bool IsBuffered(AggregatorDurable durable) =>
        durable.Phase == Phase.Extractor && plan.Settings.Extractor.Cohort.Aggregation == Aggregation.Buffered;

    /// <summary>Whoever is invited, and for how many updates the round waits.</summary>
    private (ImmutableSortedSet<int> Cohort, int Target) Invited(AggregatorDurable durable)
    {
        var stage = Of(durable);
        var pool = stage.Pool(plan, durable);
        var (invited, target) = stage.Sizes(plan, pool.Count);
        var cohort = invited >= pool.Count ? pool
            : [.. pool.OrderBy(client => stage.Lot(plan, client, durable.Round)).ThenBy(client => client).Take(invited)];
        return (cohort, Math.Min(cohort.Count, target));
    }

    private string LeastOf(AggregatorDurable durable)
    {
        var least = Of(durable).Least(plan);
        return $"{LeastTimes.Words(least.Seconds)}: {least.Because}";
    }

    internal static int Token(AggregatorState state) =>
        (((state.Durable.Round * 2) + (state.Durable.Phase == Phase.Gate ? 1 : 0)) * MaxTries) + state.Round.Tries;
}
