using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Aggregator;

/// <summary>Leads training: rounds of stage 1, the experts of stage 2, rounds of stage 3. Exists in training only.</summary>
/// <param name="plan">The experiment.</param>
/// <param name="place">Where it is, from 0: at a later place than the first it stands by until the aggregator moves there.</param>
internal sealed class AggregatorRole(Plan plan, int place) : IRole<AggregatorState>
{
    internal const string StepTimer = "step";
    private const string FinishTimer = "finish";
    private readonly Bounds _bounds = plan.Bounds;
    private readonly AggregatorRounds _rounds = new(plan, place);
    private readonly ImmutableArray<(IRingStage Stage, AggregatorRing Half)> _rings = [.. plan.Rings.Select(ring => (ring, new AggregatorRing(plan, place, ring)))];
    private readonly AggregatorJoining _joining = new(plan);
    private readonly AggregatorCatchUp _catchUp = new(plan);
    private readonly AggregatorMoves _moves = new(plan, place);

    /// <summary>The role at the place where it begins.</summary>
    /// <param name="plan">The experiment.</param>
    public AggregatorRole(Plan plan)
        : this(plan, 0)
    {
    }

    public AggregatorState Initial => new AggregatorState(place == 0 ? AggregatorDurable.Empty : AggregatorDurable.Empty with { Phase = Phase.Standby });

    public object Durable(AggregatorState state) => state.Durable;

    public AggregatorState Recover(object durable) => new AggregatorState((AggregatorDurable)durable);

    public Decision<AggregatorState> Handle(AggregatorState state, object message) =>
        message is Delivery { Message: IMessage told } impossible && !MessageForms.IsPossible(_bounds, impossible.From, told)
            ? Decision.Of(state)
            : _moves.Hold(state, message, Heard(AggregatorSilence.Hear(state, message), message));

    private Decision<AggregatorState> Heard(AggregatorState state, object message) =>
        AggregatorSilence.Note(state, message, _moves.Hear(state, message, GoOn) ?? Decide(state, message));

    private Decision<AggregatorState> Decide(AggregatorState state, object message) => message switch
    {
        Started => _joining.Begin(state),
        Restarted => Resume(state),
        JobFinished { Tag: InitialTag tag } job => BeginWhenComplete(_joining.Take(state, tag.Part, job.Result.Outputs[0])),
        JobFinished { Tag: AverageTag tag } job => AfterRound(_rounds.TakeAverage(state, tag, job.Result.Outputs)),
        JobFinished { Tag.Name: AggregatorMoments.Job } job => TakeMoments(state, job.Result.Outputs[0]),
        JobFinished { Tag: ExternalTag tag } job => AggregatorCorrelations.Send(state, tag, job.Result.Outputs[0]),
        Delivery { Message: BeginTraining or AggregatorAt } => MayBegin(state),
        Delivery { Message: Join { Samples: > 0 } join } delivery => Joined(state, delivery.From.Number, join.Samples),
        Delivery { Message: Rejoin rejoin } delivery => Answer(state, delivery.From.Number, rejoin.Samples),
        Delivery { Message: Correlated correlated } delivery => _rounds.Correlations.Take(state, delivery.From.Number, correlated),
        Delivery { Message: RoundUpdate update } delivery => _rounds.Take(state, delivery.From.Number, update),
        Delivery { Message: ExpertReady ready } delivery => Ready(AggregatorMoments.Keep(state, delivery.From.Number, ready), Phase.Experts, delivery.From.Number),
        Delivery { Message: GateDataReady ready } delivery => Ready(Learn(state, ready), Phase.Sharing, delivery.From.Number),
        Delivery { Message: TravellingModelTaken taken } => Ring(state)?.Taken(state, taken) ?? Decision.Of(state),
        Delivery { Message: TravellingModel { Step: RingStep.Done } model } delivery => EndRing(state, delivery.From, model),
        TimerFired { Name: AggregatorRing.HopTimer } timer => Ring(state)?.Expire(state, timer.Number) ?? Decision.Of(state),
        TimerFired { Name: AggregatorRing.RingTimer } timer => Ring(state)?.ExpireRing(state, timer.Number) ?? Decision.Of(state),
        TimerFired { Name: AggregatorCorrelations.DeadlineTimer } timer => _rounds.ExpireCorrelations(state, timer.Number),
        TimerFired { Name: AggregatorRounds.DeadlineTimer } timer => _rounds.Expire(state, timer.Number),
        TimerFired { Name: FinishTimer } timer => SayFinished(state, timer.Number + 1),
        TimerFired { Name: StepTimer } timer when timer.Number == (int)state.Durable.Phase => ExpireStep(state),
        _ => Decision.Of(state),
    };

    /// <summary>Where the word comes again, the supervisor has heard nothing for long: it may have missed that training has ended.</summary>
    private Decision<AggregatorState> MayBegin(AggregatorState state) =>
        !state.Durable.MayBegin ? BeginWhenComplete(state with { Durable = state.Durable with { MayBegin = true } })
        : Decision.Of(state, new Send(DeviceId.Supervisor, state is { Moving.Guard: null, Durable.Phase: Phase.Finished } ? Finished(state) : new NothingNew(), Stages.Control));

    private Decision<AggregatorState> Joined(AggregatorState state, int client, int samples)
    {
        var next = state with { Durable = state.Durable with { Joined = state.Durable.Joined.SetItem(client, samples) } };
        return state.Durable.Phase == Phase.Joining ? BeginWhenComplete(next) : _catchUp.Answer(next, client, _rounds);
    }

    private Decision<AggregatorState> Answer(AggregatorState state, int client, int samples) =>
        samples > 0 && (state.Durable.Phase == Phase.Joining || !state.Durable.Joined.ContainsKey(client))
            ? Joined(state, client, samples)
            : _catchUp.Answer(state, client, _rounds);

    private Decision<AggregatorState> BeginWhenComplete(AggregatorState state) =>
        state.Durable.Phase == Phase.Joining && (state.Durable.Joined.Count == plan.Clients || state.Joining.IsOver)
            ? BeginExtractor(state)
            : Decision.Of(state);

    private Decision<AggregatorState> BeginExtractor(AggregatorState state) =>
        state.Durable is { MayBegin: true, Gates.IsEmpty: false } && state.Durable.Extractor.Length == plan.SharedParts.Length
            ? Prepend([new CancelTimer(StepTimer)], BeginStageOne(state with { Durable = state.Durable with { Phase = Phase.Extractor, Round = 1 } }))
            : Decision.Of(state);

    private Decision<AggregatorState> BeginStageOne(AggregatorState state) => Ring(state)?.Begin(state, Phase.Extractor) ?? _rounds.Begin(state);

    /// <summary>The ring in which the model under way goes around; null where none does.</summary>
    private AggregatorRing? Ring(AggregatorState state) => Ring(state.Durable.Phase);

    private AggregatorRing? Ring(Phase phase) => phase switch
    {
        Phase.Extractor => _rings.FirstOrDefault(ring => ring.Stage.Stage == Stages.Extractor).Half,
        Phase.Rolling => _rings.FirstOrDefault(ring => ring.Stage.Stage != Stages.Extractor).Half,
        _ => null,
    };

    private Decision<AggregatorState> AfterRound(Decision<AggregatorState> decision)
    {
        var durable = decision.State.Durable;
        return durable.Phase switch
        {
            Phase.Extractor when durable.Round > plan.Settings.Extractor.Rounds => Append(decision, EndStageOne(decision.State)),
            Phase.Gate when durable.Round > plan.Settings.Gate.Exchanges => Append(
                decision, RollsGate ? Prepend(PublishGate(decision.State), BeginRing(decision.State)) : Finish(decision.State, PublishGate)),
            _ => decision,
        };
    }

    private Decision<AggregatorState> EndStageOne(AggregatorState state) => BeginExperts(state with { Durable = state.Durable with { Lineage = place } });

    private Decision<AggregatorState> BeginExperts(AggregatorState state) => Decision.Of(
        state with
        {
            Durable = state.Durable with { Phase = Phase.Experts, Ready = [], Experts = [], Moments = state.Durable.Moments.Clear(), PooledMoments = null },
            Quiet = state.Durable.Heard(state.Durable.Joined.Keys),
        },
        [
            new Await("experts"),
            .. ToAll(state, _catchUp.Extractor(state), Stages.Extractor),
            new SetTimer(StepTimer, plan.Deadlines.Expert, (int)Phase.Experts),
        ]);

    private Decision<AggregatorState> Ready(AggregatorState state, Phase phase, int client)
    {
        if (state.Durable.Phase != phase)
        {
            return Decision.Of(state);
        }

        var next = state with { Durable = state.Durable with { Ready = state.Durable.Ready.Add(client) } };
        return Missing(next).IsEmpty ? EndStep(next) : Decision.Of(next);
    }

    /// <summary>Who is still waited for in a step: those who are heard and were asked.</summary>
    private ImmutableSortedSet<int> Missing(AggregatorState state) => state.Durable switch
    {
        { Phase: Phase.Joining } durable => [.. plan.ClientNumbers.Where(client => !durable.Joined.ContainsKey(client))],
        { Phase: Phase.Experts } durable => durable.Heard(durable.Joined.Keys).Except(durable.Ready),
        { Phase: Phase.Sharing } durable => durable.Heard(durable.Experts).Except(durable.Ready),
        _ => [],
    };

    private Decision<AggregatorState> ExpireStep(AggregatorState state)
    {
        var missing = Missing(state);
        if (missing.IsEmpty || state.Joining.IsOver)
        {
            return EndStep(state);
        }

        var (stage, length) = state.Durable.Phase switch
        {
            Phase.Joining => (Stages.Joining, plan.Deadlines.Extractor),
            Phase.Experts => (Stages.Expert, plan.Deadlines.Expert),
            _ => (Stages.Sharing, 2 * plan.Deadlines.Sharing),
        };
        return Prepend(
            [AggregatorSilence.Passed(place, stage, 0, missing, length)],
            EndStep(state.Durable.Phase == Phase.Joining ? state : AggregatorSilence.Silence(state, missing)));
    }

    /// <summary>Where nobody has an expert's opinions, no gate can learn to choose it: what it says of it would be chance.</summary>
    private static AggregatorState Learn(AggregatorState state, GateDataReady ready) => state.Durable.Phase != Phase.Sharing ? state : state with
    {
        Durable = state.Durable with { Unlearned = ready.Experts.IsEmpty ? [] : state.Durable.Unlearned.Except(ready.Experts) },
    };

    private Decision<AggregatorState> EndStep(AggregatorState state)
    {
        var ready = state.Durable.Phase == Phase.Joining ? state.Durable.Joined.Count : state.Durable.Ready.Count;
        if (ready == 0)
        {
            return Decision.Of(state, new GiveUp($"no client was ready for the step '{state.Durable.Phase}' by its deadline"));
        }

        return state.Durable.Phase switch
        {
            Phase.Joining => _joining.End(state, BeginExtractor),
            Phase.Experts => EndExperts(state with { Durable = state.Durable with { Experts = [.. state.Durable.Ready] } }),
            _ => Prepend([new CancelTimer(StepTimer)], _rounds.Begin(state with { Durable = state.Durable with { Phase = Phase.Gate, Round = 1 } })),
        };
    }

    /// <summary>The step is over once the moments of all latents together are known, where those are needed.</summary>
    private Decision<AggregatorState> EndExperts(AggregatorState state) => plan.StandardisesGate && state.Durable.PooledMoments is null ? AggregatorMoments.Pool(state)
        : plan.TrainsGate ? BeginSharing(state)
        : Prepend([new CancelTimer(StepTimer)], RollsGate ? BeginRing(state) : Finish(state, _ => []));

    private bool RollsGate => Ring(Phase.Rolling) is not null;

    private Decision<AggregatorState> BeginRing(AggregatorState state) => Ring(Phase.Rolling)!.Begin(state, Phase.Rolling);

    private Decision<AggregatorState> TakeMoments(AggregatorState state, BlobRef pooled) => state.Durable is { Phase: Phase.Experts, Experts.IsEmpty: false }
        ? EndExperts(state with { Durable = state.Durable with { PooledMoments = pooled } })
        : Decision.Of(state);

    /// <summary>The end of a ring is acknowledged, and counts where it is that of the ring under way.</summary>
    private Decision<AggregatorState> EndRing(AggregatorState state, DeviceId from, TravellingModel model)
    {
        var taken = new Send(from, new TravellingModelTaken(model.Stage, model.Generation, model.Hop), model.Stage);
        if (Ring(state) is not { } ring || !ring.Ends(state, model))
        {
            return Decision.Of(state, taken);
        }

        var ended = Prepend([taken], ring.Take(state, model));
        return Append(ended, state.Durable.Phase == Phase.Extractor ? EndStageOne(ended.State) : Finish(ended.State, kept => ring.Publish(kept, model)));
    }

    private Decision<AggregatorState> BeginSharing(AggregatorState state)
    {
        var experts = state.Durable.Experts;
        return Decision.Of(
            state with { Durable = state.Durable with { Phase = Phase.Sharing, Ready = [], Unlearned = [.. experts] }, Quiet = state.Durable.Heard(experts) },
            [
                new Await("clients to ask each other's experts"),
                .. state.Durable.Heard(experts).Select(client => new Send(Plan.Device(client), new ShareLatents(experts), Stages.Gate)),
                new SetTimer(StepTimer, 2 * plan.Deadlines.Sharing, (int)Phase.Sharing),
            ]);
    }

    private Decision<AggregatorState> Finish(AggregatorState state, Func<AggregatorState, IEnumerable<Effect>> publish) => Decision.Of(
        state with { Durable = state.Durable with { Phase = Phase.Finished } },
        [
            .. publish(state),
            new Observe(new ExpertsNamed(state.Durable.Experts) { Unlearned = [.. state.Durable.Unlearned], Silent = [.. state.Durable.Experts.Except(state.Durable.Heard(state.Durable.Experts))], Place = place }),
            .. SayFinished(state, 0).Effects,
            new Done(),
        ]);

    private TrainingFinished Finished(AggregatorState state) => new() { Experts = plan.Named(state.Durable.Heard(state.Durable.Experts)) };

    /// <summary>Said again while nobody switches this device off: the word may have been lost.</summary>
    private Decision<AggregatorState> SayFinished(AggregatorState state, int times) => Decision.Of(state, [
        new Send(DeviceId.Supervisor, Finished(state), Stages.Control),
        .. times < plan.Settings.Supervision.MaxSilence
            ? [new SetTimer(FinishTimer, plan.Settings.Supervision.Patience, times)]
            : ImmutableArray<Effect>.Empty,
    ]);

    private IEnumerable<Effect> PublishGate(AggregatorState state) =>
        ToAll(state, _catchUp.Gate(state), Stages.Gate);

    private static IEnumerable<Effect> ToAll(AggregatorState state, IMessage message, string stage) =>
        state.Durable.Joined.Keys.Select(client => new Send(Plan.Device(client), message, stage));

    /// <summary>At a place that did not have this state before: clients may have answered another one, and are asked again.</summary>
    private Decision<AggregatorState> GoOn(AggregatorState state)
    {
        var next = state with { Durable = state.Durable with { Generation = AggregatorRing.FirstRing(place) } };
        return next.Durable.Phase == Phase.Sharing ? BeginSharing(next) : Resume(next);
    }

    private Decision<AggregatorState> Resume(AggregatorState state) => state.Durable.Phase switch
    {
        Phase.Joining => _joining.Begin(state with { Durable = state.Durable with { Extractor = [] } }),
        Phase.Extractor or Phase.Gate or Phase.Rolling => Ring(state)?.Roll(state) ?? _rounds.Begin(state),
        Phase.Experts => BeginExperts(state),
        Phase.Sharing => Decision.Of(state, new SetTimer(StepTimer, 2 * plan.Deadlines.Sharing, (int)Phase.Sharing)),
        _ => SayFinished(state, 0).And(new Done()),
    };

    private static Decision<AggregatorState> Prepend(IEnumerable<Effect> effects, Decision<AggregatorState> decision) =>
        decision with { Effects = [.. effects, .. decision.Effects] };

    private static Decision<AggregatorState> Append(Decision<AggregatorState> first, Decision<AggregatorState> second) =>
        second with { Effects = [.. first.Effects, .. second.Effects] };
}
