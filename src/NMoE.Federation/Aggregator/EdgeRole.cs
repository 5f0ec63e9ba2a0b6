using System.Collections.Immutable;
using NMoE.Federation.Algorithms;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Aggregator;

/// <summary>
/// The edge server of a site: the rounds of a server (<see cref="AggregatorRounds"/>) with a parent. The aggregator's invitation is the model that it begins with; after as many rounds with its own clients as
/// belong to one of the aggregator, what it has averaged is its update, weighed by all samples that went in.
/// </summary>
internal sealed class EdgeRole : IRole<AggregatorState>
{
    private const string SilenceTimer = "edge-silence";
    private readonly Plan _plan;
    private readonly Bounds _bounds;
    private readonly DeviceId _self;
    private readonly ImmutableSortedDictionary<string, (EdgeRounds Stage, AggregatorRounds Rounds)> _stages;

    /// <summary>The role of a site's server.</summary>
    /// <param name="plan">The experiment.</param>
    /// <param name="site">The site, from 0.</param>
    public EdgeRole(Plan plan, int site)
    {
        // What the server makes of an average beyond it, such as momentum, is the aggregator's.
        _plan = plan with { Pipeline = plan.Pipeline with { Optimiser = ServerOptimisers.Of(FedAvg.OptimiserName) } };
        _bounds = plan.Pipeline.Bounds(plan.Deal, plan.Model);
        _self = DeviceId.Edge(site);
        _stages = plan.Pipeline.OverSites.Select(name => new EdgeRounds(RoundStages.Of(name), _self, plan.Pipeline.SiteRounds))
            .ToImmutableSortedDictionary(stage => stage.Stage, stage => (stage, new AggregatorRounds(_plan, _self, stage, Report)), StringComparer.Ordinal);
    }

    public AggregatorState Initial => new(AggregatorDurable.Empty with { Stage = Stages.Standby, Parent = ParentMemory.None });

    public object Durable(AggregatorState state) => state.Durable;

    public AggregatorState Recover(object durable) => new((AggregatorDurable)durable);

    public Decision<AggregatorState> Handle(AggregatorState state, object message) =>
        message is Delivery { Message: IMessage told } impossible && !MessageForms.IsPossible(_bounds, impossible.From, told)
            ? Decision.Of(state)
            : SitOut(Decide(AggregatorSilence.Hear(state, message), message));

    private static bool IsAtWork(AggregatorState state) => state.Durable.Stage != Stages.Standby;

    private AggregatorRounds Rounds(AggregatorState state) => _stages[state.Durable.Stage].Rounds;

    private Decision<AggregatorState> Decide(AggregatorState state, object message) => message switch
    {
        Started => Decision.Of(state, Silence(0)),
        Restarted => IsAtWork(state) ? Rounds(state).Resume(state) : Decision.Of(state, Question, Silence(0)),
        Delivery { Message: TrainRound round, From.IsAggregator: true } when _stages.ContainsKey(round.Stage) => Begin(state, round),
        Delivery { Message: Rejoin, From: { IsClient: true } client } =>
            Decision.Of(state, [.. IsAtWork(state) ? Rounds(state).Missed(state, client.Number) : [], new Send(client, new NothingNew(), Stages.Control)]),
        TimerFired { Tag: NumberedTimer { Name: SilenceTimer } timer } => Ask(state, timer.Number),
        _ => (IsAtWork(state) ? Rounds(state).Handle(state, message) : null) ?? Decision.Of(state),
    };

    /// <summary>A round that is under way goes on, though it is asked for again; what was sent is sent again, and rounds before it are over.</summary>
    private Decision<AggregatorState> Begin(AggregatorState state, TrainRound round)
    {
        var parent = state.Durable.Parent!;
        if (parent.Sent is { } sent && (sent.Stage, sent.Round) == (round.Stage, round.Round))
        {
            return Decision.Of(state, new SendAgain(Up(sent)));
        }

        var order = parent.Asked is { } asked ? Stages.Place(asked.Stage, asked.Round).CompareTo(Stages.Place(round.Stage, round.Round)) : -1;
        if (order > 0 || (order == 0 && IsAtWork(state)))
        {
            return Decision.Of(state);
        }

        ImmutableSortedSet<int> clients = [.. round.Sites.SelectMany(site => _plan.Sites.Clients(site)).Where(_plan.Deal.Learns)];
        var (stage, rounds) = _stages[round.Stage];

        // Asked for a round again, it may have other sites. Who has opinions it does not know: of its clients who has none does not answer.
        var named = state.Durable with { Stage = round.Stage, Joined = clients.ToImmutableSortedDictionary(client => client, _plan.Deal.Rows), Ready = clients, Parent = new(round, null) };
        if (order == 0)
        {
            // The round that had no quorum goes on: clients that took part in those before it do not train them again.
            return rounds.Resume(new(named)).After(new CancelTimer(SilenceTimer));
        }

        var begun = named with { Round = stage.First(round.Round) };
        return rounds.Resume(new((AggregatorDurable)stage.Given(begun, round))).After(new CancelTimer(SilenceTimer));
    }

    /// <summary>The rounds that belong to one of the aggregator are over.</summary>
    private Decision<AggregatorState> Report(AggregatorState state)
    {
        var (durable, updates, asked) = (state.Durable, state.Round.Updates, state.Durable.Parent!.Asked!);
        var samples = updates.Values.Sum(update => update.Samples);
        var loss = updates.Values.Sum(update => update.Loss * update.Samples) / samples;
        var sent = new RoundUpdate(durable.Stage, asked.Round, _stages[durable.Stage].Stage.Model(durable), samples, loss, []) { Sites = asked.Sites, Clients = updates.Count };
        return Decision.Of(Idle(durable with { Parent = new(asked, sent) }), Up(sent), new Done(), Waiting(asked));
    }

    /// <summary>Without a quorum, or anybody to invite, the site has no part in the aggregator's round as yet; it says that it is there, and asks again.</summary>
    private Decision<AggregatorState> SitOut(Decision<AggregatorState> decision) => decision.Effects.OfType<GiveUp>().FirstOrDefault() is not { } failure
        ? decision
        : Decision.Of(
            Idle(decision.State.Durable),
            [
                .. decision.Effects.Where(effect => effect is not GiveUp), new CancelTimer(AggregatorRounds.DeadlineTimer), new Observe(new SiteGaveUp(_self, failure.Reason)),
                new Send(DeviceId.Aggregator, new NothingNew(), Stages.Control), new Done(), Waiting(decision.State.Durable.Parent!.Asked!),
            ]);

    private static AggregatorState Idle(AggregatorDurable durable) => new(durable with { Stage = Stages.Standby });

    /// <summary>A word of the aggregator may have been lost: who is idle asks what it missed, a few times.</summary>
    private Decision<AggregatorState> Ask(AggregatorState state, int asked) => IsAtWork(state) || asked >= _plan.Settings.Supervision.MaxSilence
        ? Decision.Of(state)
        : Decision.Of(state, Question, Silence(asked + 1));

    /// <summary>After the last round once: its update may have been lost.</summary>
    private SetTimer Waiting(TrainRound asked) => Silence(asked.Round < _plan.Pipeline.Rounds[asked.Stage] ? 0 : _plan.Settings.Supervision.MaxSilence - 1);

    private static Send Question => new(DeviceId.Aggregator, new Rejoin(0), Stages.Control);

    private static Send Up(RoundUpdate update) => new(DeviceId.Aggregator, update, update.Stage);

    private SetTimer Silence(int asked) => new(new NumberedTimer(SilenceTimer, asked), _plan.Settings.Supervision.Patience);
}
