using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Federation.Settings;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Client;

/// <summary>Models as a client gets them once their stage is over: on stage 1's it trains its expert.</summary>
internal sealed class ClientExperts(int number, Plan plan) : IClientHalf
{
    private readonly Charges _charges = new(plan);
    private readonly ModelSpec _expert = plan.Model.ExpertSpec(number);

    public Decision<ClientState>? Handle(ClientState state, object message) => message switch
    {
        Delivery { Message: PublishModel published } => Adopt(state, published),
        JobFinished { Tag: SoleTag { Name: Tags.TrainingLatents }, Result.Outputs: [var latents, ..] } => TakeLatents(state, latents),
        JobFinished { Tag: SoleTag { Name: Tags.Moments }, Result.Outputs: [var moments, ..] } => TakeMoments(state, moments),
        JobFinished { Tag: SoleTag { Name: Tags.ExpertStart }, Result.Outputs: [var start, ..] } => TrainFrom(state, start),
        JobFinished { Tag: SoleTag { Name: Tags.Expert }, Result.Outputs: [var expert, ..] } => ExpertReady(state, expert),
        _ => null,
    };

    private Decision<ClientState> Adopt(ClientState state, PublishModel published)
    {
        if (published.Stage != Stages.Extractor)
        {
            return Decision.Of(state with { Durable = state.Durable.Learning(published.Stage, new(published.Model[0], published.Experts)) });
        }

        if (!plan.Deal.Learns(number))
        {
            return AdoptOnly(state, published);
        }

        if (state.Durable.Expert.Model is not null)
        {
            // That this was not the first time means that the aggregator has not heard of the expert.
            return Decision.Of(state, Ready(state.Durable));
        }

        if (state.LearnsExpert || state.Shards.Training is not { } shard)
        {
            return Decision.Of(state);
        }

        var durable = state.Durable.Keeping(own => own with { Predictor = published.Model.Skip(1).FirstOrDefault() ?? own.Predictor });
        durable = durable with { Expert = durable.Expert with { Extractor = published.Model[0], Lineage = published.Lineage, HomeGates = ImmutableSortedDictionary<string, BlobRef>.Empty } };
        return Decision.Of(
            state with { Durable = durable, LearnsExpert = true },
            new ClientLatents(number, plan).Of(new SoleTag(Tags.TrainingLatents) { Place = durable.Expert.Lineage }, state, published.Model[0], shard, plan.Deal.Rows(number)));
    }

    /// <summary>A client without pictures has nothing to train: where only its own expert would answer, it knows nothing.</summary>
    private Decision<ClientState> AdoptOnly(ClientState state, PublishModel published)
    {
        var expert = state.Durable.Expert with { Extractor = published.Model[0], Lineage = published.Lineage };
        return state.Durable.Expert == expert ? Decision.Of(state) : Decision.Of(
            state with { Durable = state.Durable.Keeping(own => own with { Predictor = published.Model.Skip(1).FirstOrDefault() ?? own.Predictor }) with { Expert = expert with { Model = null } } },
            new Roles.Compute(new SoleTag(Tags.Expert) { Place = published.Lineage }, LearningJob.Create(new BlankExpertParameters(_expert), 0), 0));
    }

    private Decision<ClientState> TakeLatents(ClientState state, BlobRef latents)
    {
        var kept = state with { Durable = state.Durable with { Expert = state.Durable.Expert with { Latents = latents } } };
        return plan.Pipeline.StandardisesGate
            ? Decision.Of(kept, new Roles.Compute(
                new SoleTag(Tags.Moments) { Place = state.Durable.Expert.Lineage }, LearningJob.Create(new LatentMomentsParameters(plan.Model.Spec), 0, latents), _charges.Moments(plan.Deal.Rows(number))))
            : TrainExpert(kept, latents);
    }

    private Decision<ClientState> TakeMoments(ClientState state, BlobRef moments) => state.Durable.Expert.Latents is { } latents
        ? TrainExpert(state with { Durable = state.Durable with { Expert = state.Durable.Expert with { Moments = moments } } }, latents)
        : Decision.Of(state);

    private Decision<ClientState> TrainExpert(ClientState kept, BlobRef latents)
    {
        if (plan.Settings.Expert.Start == ExpertStart.Reuse)
        {
            return ExpertReady(kept, kept.Durable.Training.Own.Predictor!);
        }

        // An expert of another shape than stage 1's predictor begins as drawn.
        return plan.Model.StartsAsPredictor(number) ? Train(kept, kept.Durable.Training.Own.Predictor!, latents) : Decision.Of(
            kept,
            new Roles.Compute(
                new SoleTag(Tags.ExpertStart) { Place = kept.Durable.Expert.Lineage }, LearningJob.Create(new InitParameters(_expert, ModelPart.Expert, 0), plan.Seeds.Key("init", (int)ModelPart.Expert)), 0));
    }

    private Decision<ClientState> TrainFrom(ClientState state, BlobRef start) => state.Durable.Expert.Latents is { } latents ? Train(state, start, latents) : Decision.Of(state);

    private Decision<ClientState> Train(ClientState state, BlobRef start, BlobRef latents)
    {
        var stage = plan.Settings.Expert;
        var job = LearningJob.Create(
            new ExpertParameters(_expert, stage.LearningRate, stage.Batch, stage.Epochs, stage.Holdout, stage.Patience ?? 0),
            plan.Seeds.Expert(number), start, latents, state.Shards.Training!);
        return Decision.Of(
            state,
            new Roles.Compute(new SoleTag(Tags.Expert) { Place = state.Durable.Expert.Lineage }, job, _charges.Expert(_expert, plan.Deal.Rows(number))));
    }

    private Decision<ClientState> ExpertReady(ClientState state, BlobRef expert)
    {
        var ready = state with { Durable = state.Durable with { Expert = state.Durable.Expert with { Model = expert } }, LearnsExpert = false };
        return plan.Deal.Learns(number) ? Say(ready, expert) : Decision.Of(ready);
    }

    private Decision<ClientState> Say(ClientState state, BlobRef expert) => Decision.Of(
        state,
        new Observe(new ExpertTrained(number, expert, state.Durable.Expert.Extractor!)),
        Ready(state.Durable));

    private static Send Ready(ClientDurable durable) =>
        new(durable.Aggregator, new ExpertReady { Moments = durable.Expert.Moments is { } moments ? [moments] : [] }, Stages.Expert);
}
