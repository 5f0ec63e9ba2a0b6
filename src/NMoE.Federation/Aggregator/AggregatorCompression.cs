using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Federation.Settings;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Aggregator;

/// <summary>Rounds whose updates travel compressed: each is restored to a model before the round hears of it. A late one moves the model that there is now; in steps without rounds each client's start is known.</summary>
internal sealed class AggregatorCompression(Plan plan, IServerHalf rounds) : IServerHalf
{
    private readonly UpdateTravel _travel = new(plan);

    public string Stage => rounds.Stage;

    public Decision<AggregatorState> Begin(AggregatorState state) => rounds.Begin(state);

    public Decision<AggregatorState> Resume(AggregatorState state) => rounds.Resume(state);

    public IEnumerable<Effect> Missed(AggregatorState state, int client) => rounds.Missed(state, client);

    public Decision<AggregatorState>? Handle(AggregatorState state, object message) => message switch
    {
        Delivery { Message: RoundUpdate { Stage: Stages.Extractor } update, From.Number: var client } => Restore(state, client, update),
        JobFinished { Tag: RestoredTag tag } job => rounds.Handle(state, new Delivery(DeviceId.Client(tag.Client), tag.Update with { Model = job.Result.Outputs })),
        _ => rounds.Handle(state, message),
    };

    private Decision<AggregatorState> Restore(AggregatorState state, int client, RoundUpdate update)
    {
        if (Start(state.Durable, update.Round) is not { } start || update.Model.Length != start.Length)
        {
            return Decision.Of(state);
        }

        var (job, flops) = _travel.Restore(client, update.Round, start, update.Model);
        return Decision.Of(state, new Roles.Compute(new RestoredTag(client, update), job, flops));
    }

    /// <summary>The model that an update's change is added to; null where the update is of no use any more.</summary>
    private ImmutableArray<BlobRef>? Start(AggregatorDurable durable, int round) => plan.Settings.Extractor.Cohort switch
    {
        { Aggregation: Aggregation.Buffered } => durable.Versions.TryGetValue(round, out var version) ? version : null,
        { Late: LateUpdates.Drop } when round != durable.Round => null,
        _ => durable.Extractor,
    };
}
