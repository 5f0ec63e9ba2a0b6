using NMoE.Compute.Blobs;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Learning.Jobs;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Client;

/// <summary>What a client decides in a round with an exchange before its training: first its matrix, then training against the others'.</summary>
internal sealed class ClientExchange(int number, Plan plan, IExchange exchange) : IClientHalf
{
    private readonly Charges _charges = new(plan);

    public Decision<ClientState>? Handle(ClientState state, object message) => message switch
    {
        Delivery { Message: Correlate asked } => Begin(state, asked),
        Delivery { Message: TrainAgainst against } => Train(state, against),
        JobFinished { Tag: RoundTag { Name: Tags.Correlation } round, Result.Outputs: [var matrix, ..] } => Release(state, round, matrix),
        JobFinished { Tag: RoundTag { Name: Tags.Release } round, Result.Outputs: [var released, ..] } => Send(state, round, released),
        _ => null,
    };

    private Decision<ClientState> Begin(ClientState state, Correlate asked)
    {
        if (state.Shards.Training is not { } shard || asked.Model.Length != plan.Model.SharedParts.Length || state.Round.Correlating?.Round > asked.Round || state.Round.Against >= asked.Round
            || state.Durable.EndedStageOne)
        {
            return Decision.Of(state);
        }

        return Decision.Of(
            state with { Round = state.Round with { Correlating = asked } },
            new Roles.Compute(new RoundTag(Tags.Correlation, Stages.Extractor, asked.Round) { Place = state.Durable.Place }, exchange.Matrix(plan, number, asked, shard), _charges.Exchange(plan.Deal.Rows(number))));
    }

    private Decision<ClientState> Release(ClientState state, RoundTag tag, BlobRef matrix)
    {
        if (plan.NoiseOf(number) is not { } noise)
        {
            return Send(state, tag, matrix);
        }

        var release = LearningJob.Create(
            new ReleaseParameters(noise.Sigma) { Key = noise.Key }, plan.Seeds.Release(number), matrix);
        return Decision.Of(state, new Roles.Compute(tag with { Name = Tags.Release }, release, 0));
    }

    private Decision<ClientState> Send(ClientState state, RoundTag tag, BlobRef released) => Decision.Of(
        state,
        new Observe(new MatrixReleased(number, released.Hash.Hex)),
        new Send(state.Durable.Aggregator, new Correlated(tag.Round, released), Stages.Extractor));

    private Decision<ClientState> Train(ClientState state, TrainAgainst against)
    {
        var sound = against is { External.Length: <= 1, Share: > 0 and <= 1 };
        if (!sound || state is not { Shards.Training: { } shard, Round.Correlating: { } asked } || asked.Round != against.Round)
        {
            return Decision.Of(state);
        }

        var round = new LocalRound(plan, number, against.Round, asked.Model, shard) { External = against.External, Share = against.Share };
        return Decision.Of(
            state with { Round = state.Round with { Correlating = null, Against = against.Round }, Durable = state.Durable with { Training = state.Durable.Training.Undone(against.Round) } },
            new Roles.Compute(new RoundTag(Tags.Round, Stages.Extractor, against.Round) { Place = state.Durable.Place }, plan.Pipeline.Objective.Local(round), round.Flops));
    }
}
