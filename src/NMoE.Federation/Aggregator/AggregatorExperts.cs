using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Learning.Jobs;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Aggregator;

/// <summary>
/// Stage 2: stage 1's model is published, and clients train their experts on it. Where the gate is trained relative to the moments of all clients' latents, each client's come with the word that its
/// expert is ready, and are averaged by the numbers of samples before the stage is over.
/// </summary>
internal sealed class AggregatorExperts : IServerHalf
{
    public const string MomentsJob = "moments";
    private readonly Plan _plan;
    private readonly int _place;
    private readonly Func<AggregatorState, Decision<AggregatorState>> _next;
    private readonly Readiness _ready;

    public AggregatorExperts(Plan plan, int place, Func<AggregatorState, Decision<AggregatorState>> next)
    {
        (_plan, _place, _next) = (plan, place, next);
        _ready = new(Stage, place, plan.Pipeline.Deadlines.Expert, durable => durable.Joined.Keys, durable => durable.Joined.Count, state => Pool(state with { Durable = state.Durable with { Experts = [.. state.Durable.Ready] } }));
    }

    public string Stage => Stages.Expert;

    public Decision<AggregatorState> Begin(AggregatorState state) => Resume(state with { Durable = state.Durable with { Lineage = _place } });

    public Decision<AggregatorState> Resume(AggregatorState state) => Decision.Of(
        state with
        {
            Durable = state.Durable with { Ready = [], Experts = [], Moments = state.Durable.Moments.Clear(), PooledMoments = null },
            Quiet = [.. state.Durable.Heard(state.Durable.Joined.Keys)],
        },
        [
            new Await("experts"),
            .. _plan.Deal.Served(state.Durable.Joined.Keys).Select(client => Publication(state.Durable, client)),
            _ready.Deadline,
        ]);

    public Decision<AggregatorState>? Handle(AggregatorState state, object message) => message switch
    {
        Delivery { Message: ExpertReady ready, From.Number: var client } => _ready.Take(Keep(state, client, ready), client),
        JobFinished { Tag.Name: MomentsJob, Result.Outputs: [var pooled] } when !state.Durable.Experts.IsEmpty => Pool(state with { Durable = state.Durable with { PooledMoments = pooled } }),
        TimerFired timer when Readiness.IsOf(timer, Stage) => _ready.Expire(state),
        _ => null,
    };

    /// <summary>Who is known to have an expert has trained it on F, and keeps both across crashes.</summary>
    public IEnumerable<Effect> Missed(AggregatorState state, int client) =>
        (state.Durable.Stage == Stage ? state.Durable.Ready.Contains(client) : state.Durable.Experts.Contains(client)) ? [] : [new SendAgain(Publication(state.Durable, client))];

    private Send Publication(AggregatorDurable durable, int client) =>
        new(DeviceId.Client(client), new PublishModel(Stages.Extractor, durable.Extractor[.._plan.Model.PublishedParts]) { Lineage = durable.Lineage }, Stages.Extractor);

    private static AggregatorState Keep(AggregatorState state, int client, ExpertReady ready) => ready.Moments is [var moments]
        ? state with { Durable = state.Durable with { Moments = state.Durable.Moments.SetItem(client, moments) } }
        : state;

    /// <summary>The stage is over once the moments of all latents together are known, where those are needed.</summary>
    private Decision<AggregatorState> Pool(AggregatorState state)
    {
        var durable = state.Durable;
        if (!_plan.Pipeline.StandardisesGate || durable.PooledMoments is not null)
        {
            return _next(state).After(new CancelTimer(StepTimer.TimerName));
        }

        ImmutableArray<KeyValuePair<int, BlobRef>> moments = [.. durable.Moments.Where(pair => durable.Experts.Contains(pair.Key))];
        var job = LearningJob.Create(
            new AverageParameters([.. moments.Select(pair => (double)durable.Joined[pair.Key])]), 0, [.. moments.Select(pair => pair.Value)]);
        return Decision.Of(state, new Roles.Compute(new SoleTag(MomentsJob), job, Charges.Average(moments[0].Value.Bytes, moments.Length)));
    }
}
