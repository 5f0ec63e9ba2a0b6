using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Federation.Algorithms;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Federation.Settings;
using NMoE.Learning.Jobs;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Client;

/// <summary>What a client decides in training.</summary>
internal sealed class ClientTraining(int number, Plan plan)
{
    private readonly Charges _charges = new(plan);
    private readonly LatentTravel _travel = new(plan);

    public Decision<ClientState> Join(ClientState state) => Decision.Of(
        state, new Send(state.Durable.Aggregator, state.Silence.Returned ? new Rejoin(plan.Deal.Rows(number)) : new Join(plan.Deal.Rows(number)), Stages.Control));

    public Decision<ClientState> Begin(ClientState state, TrainRound round)
    {
        if (state.Shards.Training is not { } shard || AreSame(state.Round.Training, round) || IsOver(state, round))
        {
            return Decision.Of(state);
        }

        if (state.Round.Training is not null)
        {
            // One processor: what is begun is ended, and of what came meanwhile only the newest is worth the work.
            return Decision.Of(state with { Round = state.Round with { Waiting = round } });
        }

        if (state.Durable.Training.Sent is { } sent && AreSame(sent.Asked, round))
        {
            return Decision.Of(
                state with { Durable = state.Durable with { Training = state.Durable.Training with { Sent = sent with { Place = state.Durable.Place } } } },
                new SendAgain(new Send(state.Durable.Aggregator, sent.Update, round.Stage)));
        }

        var tag = new RoundTag(Tags.Round, round.Stage, round.Round) { Place = state.Durable.Place };
        if (round.Stage == Stages.Extractor)
        {
            var settled = state with { Durable = state.Durable with { Training = state.Durable.Training.Undone(round.Round).Settled(round.Round, round.Counted) }, Round = state.Round with { Training = round } };
            var own = settled.Durable.Training.OwnAt(round.Round);
            return (round.Model.Skip(1).FirstOrDefault() ?? own.Predictor) is { } head
                ? Decision.Of(settled, new Roles.Compute(tag, Local(round, own, head, shard), _charges.Local(plan.Deal.Rows(number))))
                : Decision.Of(state);
        }

        return round.Stage == Stages.Gate && state.Durable.Expert.Latents is { } latents && state.Durable.Sharing.Opinions.Count > 0
            ? Decision.Of(state with { Round = state.Round with { Training = round } }, new Roles.Compute(tag, FedGateRounds.Local(plan, number, round, latents, shard, state.Durable.Sharing.Opinions), _charges.Gate(plan.Deal.Rows(number))))
            : Decision.Of(state);
    }

    /// <summary>Whether an invitation comes after a later one, or after its stage: messages overtake each other.</summary>
    private static bool IsOver(ClientState state, TrainRound round) =>
        (round.Stage == Stages.Extractor && state.Durable.EndedStageOne)
        || IsBefore(round, state.Round.Training) || IsBefore(round, state.Round.Waiting)
        || (state.Durable.Training.Sent is { } sent && sent.Place == state.Durable.Place && IsBefore(round, sent.Asked));

    private static bool IsBefore(TrainRound first, TrainRound? second) =>
        second is not null && Stages.Place(first.Stage, first.Round).CompareTo(Stages.Place(second.Stage, second.Round)) < 0;

    private static bool AreSame(TrainRound? first, TrainRound second) =>
        first is not null && (first.Stage, first.Round) == (second.Stage, second.Round)
        && first.Model.SequenceEqual(second.Model) && first.Control.SequenceEqual(second.Control) && first.Moments.SequenceEqual(second.Moments);

    public Decision<ClientState> SendUpdate(ClientState state, RoundTag tag, JobResult result)
    {
        var (stage, round, outputs, loss) = (tag.Stage, tag.Round, result.Outputs, result.Metrics["loss"]);
        if (!double.IsFinite(loss))
        {
            return Decision.Of(state, new Crash(FormattableString.Invariant($"the loss of round {round} diverged ({loss})")));
        }

        // Control variates, the new one and its change, stand behind the model.
        var update = stage == Stages.Gate
            ? new RoundUpdate(stage, round, outputs, plan.Pipeline.Gate.Rows(plan.Deal.Rows(number)), loss, [])
            : new RoundUpdate(stage, round, outputs[..plan.Model.SharedParts.Length], plan.Deal.Rows(number), loss, plan.Pipeline.HasControl ? outputs[3..] : []);
        var kept = stage == Stages.Gate || state.Durable.EndedStageOne ? state : Keep(state, round, outputs);
        if (state.Round.Training is { } asked && (asked.Stage, asked.Round) == (stage, round))
        {
            kept = kept with { Round = kept.Round with { Training = null, Waiting = null }, Durable = kept.Durable with { Training = kept.Durable.Training with { Sent = new SentUpdate(asked, update) { Place = kept.Durable.Place } } } };
        }

        var sent = Decision.Of(kept with { Round = kept.Round with { Against = kept.Round.Against == round ? 0 : kept.Round.Against } }, new Send(kept.Durable.Aggregator, update, stage));
        return state.Round.Waiting is { } next && kept.Round.Waiting is null ? Next(sent, next) : sent;
    }

    private Decision<ClientState> Next(Decision<ClientState> decision, TrainRound round)
    {
        var begun = Begin(decision.State, round);
        return begun with { Effects = [.. decision.Effects, .. begun.Effects] };
    }

    /// <summary>What is not shared is the client's own from now on.</summary>
    private ClientState Keep(ClientState state, int round, ImmutableArray<BlobRef> outputs)
    {
        var before = state.Durable.Training.OwnAt(round);
        var own = new OwnParts(
            plan.Model.HasOwnHeads && plan.Model.TrainsPredictor ? outputs[1] : before.Predictor,
            plan.Pipeline.HasControl ? outputs[2] : null,
            plan.Model.HasOwnNorms ? outputs[0] : null);
        var history = plan.Pipeline.Places > 1 ? state.Durable.Training.History.SetItem(round, before) : state.Durable.Training.History;
        return own == before ? state : state with { Durable = state.Durable with { Training = state.Durable.Training with { Own = own, Before = new OwnBefore(round, before), History = history } } };
    }

    public Decision<ClientState> Adopt(ClientState state, PublishModel published)
    {
        if (published.Stage != Stages.Extractor)
        {
            return Decision.Of(state with { Durable = state.Durable.Learning(published.Stage, new(published.Model[0], published.Experts)) });
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
        durable = durable with { Expert = durable.Expert with { Extractor = published.Model[0], Lineage = published.Lineage } };
        var job = LearningJob.Create(new LatentsParameters(plan.Model.Spec), 0, published.Model[0], shard);
        return Decision.Of(
            state with { Durable = durable, LearnsExpert = true },
            new Roles.Compute(new SoleTag(Tags.TrainingLatents) { Place = durable.Expert.Lineage }, job, _charges.Latents(plan.Deal.Rows(number))));
    }

    public Decision<ClientState> TakeLatents(ClientState state, BlobRef latents)
    {
        var kept = state with { Durable = state.Durable with { Expert = state.Durable.Expert with { Latents = latents } } };
        return plan.Pipeline.StandardisesGate
            ? Decision.Of(kept, new Roles.Compute(
                new SoleTag(Tags.Moments) { Place = state.Durable.Expert.Lineage }, LearningJob.Create(new LatentMomentsParameters(plan.Model.Spec), 0, latents), _charges.Moments(plan.Deal.Rows(number))))
            : TrainExpert(kept, latents);
    }

    public Decision<ClientState> TakeMoments(ClientState state, BlobRef moments) => state.Durable.Expert.Latents is { } latents
        ? TrainExpert(state with { Durable = state.Durable with { Expert = state.Durable.Expert with { Moments = moments } } }, latents)
        : Decision.Of(state);

    private Decision<ClientState> TrainExpert(ClientState kept, BlobRef latents)
    {
        var stage = plan.Settings.Expert;
        if (stage.Start == ExpertStart.Reuse)
        {
            return ExpertReady(kept, kept.Durable.Training.Own.Predictor!);
        }

        var job = LearningJob.Create(
            new ExpertParameters(plan.Model.Spec, stage.LearningRate, stage.Batch, stage.Epochs, stage.Holdout, stage.Patience),
            plan.Seeds.Expert(number),
            kept.Durable.Training.Own.Predictor!, latents, kept.Shards.Training!);
        return Decision.Of(
            kept,
            new Roles.Compute(new SoleTag(Tags.Expert) { Place = kept.Durable.Expert.Lineage }, job, _charges.Expert(plan.Deal.Rows(number))));
    }

    public Decision<ClientState> ExpertReady(ClientState state, BlobRef expert) => Decision.Of(
        state with { Durable = state.Durable with { Expert = state.Durable.Expert with { Model = expert } }, LearnsExpert = false },
        new Observe(new ExpertTrained(number, expert, state.Durable.Expert.Extractor!)),
        Ready(state.Durable));

    private static Send Ready(ClientDurable durable) =>
        new(durable.Aggregator, new ExpertReady { Moments = durable.Expert.Moments is { } moments ? [moments] : [] }, Stages.Expert);

    public Decision<ClientState> Share(ClientState state, ShareLatents share)
    {
        if (state.Durable.Expert is not { Latents: { } latents, Model: { } expert })
        {
            return Decision.Of(state);
        }

        var next = state with { Durable = state.Durable with { Sharing = state.Durable.Sharing with { Experts = share.Experts } } };
        var missing = Missing(next.Durable);
        if (missing.IsEmpty || state.Asking == Asking.Enough)
        {
            return EnoughOpinions(next);
        }

        var packs = !_travel.IsExact && missing.Any(peer => peer != number);
        return Decision.Of(next with { Asking = Asking.Waits }, [
            .. packs ? [_travel.Pack(new SoleTag(Tags.PackedTraining) { Place = state.Durable.Expert.Lineage }, latents, plan.Deal.Rows(number))] : ImmutableArray<Effect>.Empty,
            .. missing.Contains(number) ? [new Roles.Compute(new SoleTag(Tags.OwnOpinion) { Place = state.Durable.Expert.Lineage }, Logits(expert, latents), _charges.Logits(plan.Deal.Rows(number)))] : ImmutableArray<Effect>.Empty,
            .. packs ? [] : ToPeers(state, missing, latents),
            .. state.Asking == Asking.Not ? [new SetTimer(Tags.Opinions, plan.Pipeline.Deadlines.Sharing, 0)] : ImmutableArray<Effect>.Empty,
        ]);
    }

    public Decision<ClientState> AskPeers(ClientState state, BlobRef packed) => Decision.Of(state, [.. ToPeers(state, Missing(state.Durable), packed)]);

    private static ImmutableArray<int> Missing(ClientDurable durable) => [.. durable.Sharing.Experts.Where(expert => !durable.Sharing.Opinions.ContainsKey(expert))];

    public Decision<ClientState> GiveOpinion(ClientState state, DeviceId from, TrainingLatents asked)
    {
        var tag = new OpinionTag(_travel.IsExact ? Tags.Opinion : Tags.UnpackedTraining, from.Number, asked.Rows);
        return state.Durable.Expert.Model is { } expert
            ? Decision.Of(state, _travel.IsExact ? Opinion(tag, expert, asked.Latents) : _travel.Unpack(tag, asked.Latents, asked.Rows))
            : Decision.Of(state);
    }

    public Decision<ClientState> FormOpinion(ClientState state, OpinionTag tag, BlobRef latents) =>
        state.Durable.Expert.Model is { } expert ? Decision.Of(state, Opinion(tag with { Name = Tags.Opinion }, expert, latents)) : Decision.Of(state);

    public static Decision<ClientState> SendOpinion(ClientState state, OpinionTag tag, BlobRef logits) => Decision.Of(
        state,
        new Send(DeviceId.Client(tag.Asker), new TrainingLogits(logits, tag.Rows), Stages.Gate));

    public Decision<ClientState> TakeOpinion(ClientState state, DeviceId from, BlobRef logits)
    {
        if (!state.Durable.Sharing.Experts.Contains(from.Number))
        {
            // Nobody was asked, or that was before the model was given up that it is of.
            return Decision.Of(state);
        }

        var durable = state.Durable with { Sharing = state.Durable.Sharing with { Opinions = state.Durable.Sharing.Opinions.SetItem(from.Number, logits) } };
        var next = state with { Durable = durable };
        return durable.Sharing.Opinions.Count == durable.Sharing.Experts.Length && state.Asking != Asking.Enough
            ? EnoughOpinions(next).And(new CancelTimer(Tags.Opinions))
            : Decision.Of(next);
    }

    /// <summary>The deadline for opinions has passed.</summary>
    public Decision<ClientState> Expire(ClientState state) => EnoughOpinions(state).And(new Observe(new DeadlinePassed(
        DeviceId.Client(number), Stages.Sharing, 0, [.. Missing(state.Durable).Select(DeviceId.Client)], plan.Pipeline.Deadlines.Sharing)));

    /// <summary>Its own expert's opinions a client has at any rate, if not yet.</summary>
    public Decision<ClientState> EnoughOpinions(ClientState state)
    {
        var durable = state.Durable;
        ImmutableArray<int> opinions = [.. durable.Sharing.Experts.Where(expert => expert == number || durable.Sharing.Opinions.ContainsKey(expert))];
        var ready = new GateDataReady { Experts = opinions.Length == durable.Sharing.Experts.Length ? [] : opinions };
        return Decision.Of(state with { Asking = Asking.Enough }, new Send(durable.Aggregator, ready, Stages.Gate));
    }

    /// <summary>A client that waits asks again whenever it is told to, and its latents may take longer on their way than that.</summary>
    private IEnumerable<Effect> ToPeers(ClientState state, ImmutableArray<int> experts, BlobRef latents) => experts.Where(peer => peer != number)
        .Select(peer => new Send(DeviceId.Client(peer), new TrainingLatents(latents, plan.Deal.Rows(number)), Stages.Gate))
        .Select(asks => state.Asking == Asking.Not ? asks : (Effect)new SendAgain(asks));

    private Roles.Compute Opinion(OpinionTag tag, BlobRef expert, BlobRef latents) => new(tag, Logits(expert, latents), _charges.Logits(tag.Rows));

    private Job Logits(BlobRef expert, BlobRef latents) =>
        LearningJob.Create(new ExpertLogitsParameters(plan.Model.Spec), 0, expert, latents);

    private Job Local(TrainRound round, OwnParts own, BlobRef head, BlobRef shard) => plan.Pipeline.Objective.Local(
        new LocalRound(plan, number, round.Round, [round.Model[0], head], shard) { Control = round.Control, OwnControl = own.Control });
}
