using System.Collections.Immutable;
using NMoE.Chance;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Federation.Settings;
using NMoE.Learning.Jobs;

namespace NMoE.Federation.Aggregator;

/// <summary>One round of a stage: invite, collect until all or a quorum at the deadline, average in client order.</summary>
internal sealed class AggregatorRounds(Plan plan, int place)
{
    public const string DeadlineTimer = "round-deadline";
    private const int MaxTries = 3;

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

        var cohort = Cohort(durable);
        if (cohort.IsEmpty)
        {
            return Decision.Of(state, new GiveUp(FormattableString.Invariant(
                $"round {durable.Round} of stage '{Stage(durable)}' has no client to invite")));
        }

        var target = Math.Min(cohort.Count, durable.Phase == Phase.Extractor ? plan.Settings.Extractor.Cohort.Target(Pool(durable).Count) : cohort.Count);
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
                new Await(FormattableString.Invariant($"updates of round {durable.Round} of stage '{Stage(durable)}'")),
                .. cohort.Where(client => !HasAnswered(begun, client)).Select(client => Invitation(durable, client))
                    .Select(invitation => isRetry ? new SendAgain(invitation) : (Effect)invitation),
                new SetTimer(begun.Exchange.IsOver ? DeadlineTimer : AggregatorCorrelations.DeadlineTimer, Deadline(durable), Token(begun)),
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

    private Send Invitation(AggregatorDurable durable, int client)
    {
        ImmutableArray<BlobRef> control = HasControl(durable) && durable.Control is { } known ? [known] : [];
        IMessage message = Correlates(durable)
            ? new Correlate(durable.Round, durable.Extractor)
            : new TrainRound(Stage(durable), durable.Round, Model(durable), control)
            {
                Counted = HasControl(durable) ? durable.Counted.GetValueOrDefault(client) : 0,
                Moments = durable is { Phase: Phase.Gate, PooledMoments: { } moments } ? [moments] : [],
            };
        return new Send(Plan.Device(client), message, Stage(durable));
    }

    public Decision<AggregatorState> Take(AggregatorState state, int client, RoundUpdate update)
    {
        var durable = state.Durable;
        var sound = durable.Phase is Phase.Extractor or Phase.Gate && update.Stage == Stage(durable) && update.Samples > 0
            && update.Model.Length == Model(durable).Length && update.Control.Length == (HasControl(durable) ? 1 : 0);
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
        plan.Settings.Extractor.Cohort.Late == LateUpdates.Accept && state.Durable.Phase == Phase.Extractor && state.Durable.Joined.ContainsKey(client)
        && update.Round < state.Durable.Round && update.Round > state.Durable.Counted.GetValueOrDefault(client)
        && !(state.Round.Updates.TryGetValue(client, out var known) && known.Round >= update.Round);

    private static bool IsFresh(AggregatorState state, int client) => state.Round.Updates.TryGetValue(client, out var update) && update.Round == state.Durable.Round;

    private static ImmutableArray<int> Fresh(AggregatorState state) => [.. state.Round.Updates.Keys.Where(client => IsFresh(state, client))];

    /// <summary>Where none that is late is taken in, all are of this round: looking through them at each would take n^2 steps a round.</summary>
    private int CountFresh(AggregatorState state) =>
        plan.Settings.Extractor.Cohort.Late == LateUpdates.Accept ? Fresh(state).Length : state.Round.Updates.Count;

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
        var quorum = durable.Phase == Phase.Extractor ? plan.Settings.Extractor.Quorum : plan.Settings.Gate.Quorum;
        var needed = Math.Max(1, (int)Math.Ceiling(Math.Round(quorum * state.Round.Target, 9)));
        var decision = came.Count >= needed ? next(state with { Round = state.Round with { Cohort = came } })
            : state.Round.Tries + 1 < MaxTries ? Begin(state with { Round = state.Round with { Tries = state.Round.Tries + 1 } })
            : Decision.Of(state, new GiveUp(FormattableString.Invariant(
                $"round {durable.Round} of stage '{Stage(durable)}' got {came.Count} of {needed} {what} needed, {MaxTries} times within {LeastTimes.Words(Deadline(durable).TotalSeconds)} ({(durable.Phase == Phase.Extractor ? "extractor" : "gate")}.deadline); a client alone on the network needs {LeastOf(durable)}")));
        return decision.And(AggregatorSilence.Passed(place, Stage(durable), durable.Round, state.Round.Cohort.Except(came), Deadline(durable)));
    }

    public Decision<AggregatorState> TakeAverage(AggregatorState state, AverageTag tag, ImmutableArray<BlobRef> outputs)
    {
        var durable = state.Durable;
        if (tag.Round != durable.Round || tag.Phase != durable.Phase || !state.Round.Closed)
        {
            return Decision.Of(state);
        }

        var averaged = state.Round.Averaged.SetItem(tag.Part, outputs);
        var parts = Model(durable).Length;
        if (averaged.Count < parts + (HasControl(durable) ? 1 : 0))
        {
            return Decision.Of(state with { Round = state.Round with { Averaged = averaged } });
        }

        ImmutableArray<BlobRef> model = [.. averaged.Values.Take(parts).Select(step => step[0])];
        var loss = state.Round.Updates.Values.Sum(update => update.Loss * update.Samples) / state.Round.Updates.Values.Sum(update => update.Samples);
        var ended = new Observe(new RoundEnded(Stage(durable), durable.Round, model, loss, state.Round.Updates.Count) { Place = place });
        var kept = durable.Phase == Phase.Extractor
            ? durable with { Extractor = model, Velocity = [.. averaged.Values.SelectMany(step => step.Skip(1))], Control = averaged.TryGetValue(parts, out var control) ? control[0] : null }
            : durable with { Gates = durable.Gates.SetItem(Stages.Gate, model[0]) };
        if (durable.Phase == Phase.Extractor)
        {
            kept = kept with { Counted = kept.Counted.SetItems(state.Round.Updates.Select(update => KeyValuePair.Create(update.Key, update.Value.Round))) };
        }

        var next = state with { Durable = kept with { Round = durable.Round + 1 }, Round = state.Round with { Tries = 0 } };
        var last = durable.Phase == Phase.Extractor ? plan.Settings.Extractor.Rounds : plan.Settings.Gate.Exchanges;
        if (durable.Round == last)
        {
            return Decision.Of(next, ended);
        }

        var begun = Begin(next);
        return begun with { Effects = [ended, .. begun.Effects] };
    }

    private Decision<AggregatorState> Average(AggregatorState state)
    {
        var weights = state.Round.Updates.Values
            .Select(update => update.Samples * plan.Settings.Extractor.Cohort.Discount(state.Durable.Round - update.Round)).ToImmutableArray();
        var parts = Model(state.Durable).Length;
        var averages = Enumerable.Range(0, parts).Select(part =>
        {
            BlobRef[] models = [.. state.Round.Updates.Values.Select(update => update.Model[part])];
            return new Roles.Compute(
                new AverageTag(state.Durable.Phase, state.Durable.Round, part),
                ServerStep(state.Durable, part, weights, models),
                Charges.Average(models[0].Bytes, models.Length));
        });
        return Decision.Of(state with { Round = state.Round with { Closed = true } }, [new CancelTimer(DeadlineTimer), .. averages, .. HasControl(state.Durable) ? [ControlStep(state, parts)] : ImmutableArray<Effect>.Empty]);
    }

    /// <summary>The server's control variate moves by the clients' changes, those that were away counting as none.</summary>
    private Roles.Compute ControlStep(AggregatorState state, int part)
    {
        ImmutableArray<BlobRef> changes = [.. state.Round.Updates.Values.Select(update => update.Control[0])];
        var job = ((IControlVariates)plan.Optimiser).Control(changes, state.Durable.Joined.Count, state.Durable.Control);
        return new Roles.Compute(
            new AverageTag(state.Durable.Phase, state.Durable.Round, part), job, Charges.Average(changes[0].Bytes, job.Inputs.Length));
    }

    private bool IsBuffered(AggregatorDurable durable) =>
        durable.Phase == Phase.Extractor && plan.Settings.Extractor.Cohort.Aggregation == Aggregation.Buffered;

    private bool HasControl(AggregatorDurable durable) => plan.HasControl && durable.Phase == Phase.Extractor;

    private Job ServerStep(AggregatorDurable durable, int part, ImmutableArray<double> weights, BlobRef[] models) => durable.Phase == Phase.Extractor
        ? plan.Optimiser.Step(
            plan.Settings.Extractor, new PartUpdates(durable.Extractor[part], weights, [.. models], durable.Velocity.Skip(part).FirstOrDefault()))
        : plan.Settings.Gate.Method == GateMethod.Discriminant ? LearningJob.Create(
            new DiscriminantParameters(plan.Model, plan.Clients, weights) { Features = plan.GateFeatures }, 0, [.. models, .. plan.GateFeatures is null ? [] : ImmutableArray.Create(durable.PooledMoments!)])
        : LearningJob.Create(new AverageParameters(weights), 0, models);

    private ImmutableSortedSet<int> Cohort(AggregatorDurable durable)
    {
        if (durable.Phase == Phase.Extractor)
        {
            var pool = Pool(durable);
            return [.. Drawn(pool, plan.Settings.Extractor.Cohort.Invited(pool.Count), client => plan.Key("cohort", client, durable.Round))];
        }

        // FedGate draws 70 % of the clients anew in each round (paper, Sec. III-C); each client's lot depends on its own key only.
        var count = Math.Max(1, Halves.Round(plan.Settings.Gate.Invited * plan.Clients));
        return [.. Drawn(durable.Heard(durable.Ready), count, client => plan.GateKey("gate-cohort", client, durable.Round))];
    }

    private static IEnumerable<int> Drawn(ImmutableSortedSet<int> clients, int count, Func<int, ulong> lot) => count >= clients.Count
        ? clients
        : clients.OrderBy(lot).ThenBy(client => client).Take(count);

    private ImmutableSortedSet<int> Pool(AggregatorDurable durable) =>
        durable.Heard(durable.Joined.Keys.Except(plan.Settings.Extractor.Absent.GetValueOrDefault(durable.Round, [])));

    private TimeSpan Deadline(AggregatorDurable durable) =>
        durable.Phase == Phase.Extractor ? plan.Deadlines.Extractor : plan.Deadlines.Gate;

    private string LeastOf(AggregatorDurable durable)
    {
        var least = durable.Phase == Phase.Extractor ? new LeastTimes(plan).Round : new LeastTimes(plan).GateRound;
        return $"{LeastTimes.Words(least.Seconds)}: {least.Because}";
    }

    private static string Stage(AggregatorDurable durable) =>
        durable.Phase == Phase.Extractor ? Stages.Extractor : Stages.Gate;

    private static ImmutableArray<BlobRef> Model(AggregatorDurable durable) =>
        durable.Phase == Phase.Extractor ? durable.Extractor : [durable.Gates[Stages.Gate]];

    internal static int Token(AggregatorState state) =>
        (((state.Durable.Round * 2) + (state.Durable.Phase == Phase.Gate ? 1 : 0)) * MaxTries) + state.Round.Tries;
}
