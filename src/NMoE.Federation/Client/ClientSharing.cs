using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Client;

/// <summary>What peers' experts say of a client's training latents: it asks them, waits up to a deadline, and answers theirs.</summary>
internal sealed class ClientSharing(int number, Plan plan) : IClientHalf
{
    private readonly ModelSpec _expert = plan.Model.ExpertSpec(number);
    private readonly AnalogTravel _analog = new(plan);
    private readonly LatentTravel _travel = new(plan.Settings.Latent.Precision, plan.Model.Spec);

    public Decision<ClientState>? Handle(ClientState state, object message) => message switch
    {
        Delivery { Message: ShareLatents share } => Share(state, share),
        Delivery { Message: TrainingLatents latents, From: var from } => GiveOpinion(state, from, latents),
        Delivery { Message: TrainingLogits logits, From: var from } => TakeOpinion(state, from, logits.Logits),
        JobFinished { Tag: SoleTag { Name: Tags.OwnOpinion }, Result.Outputs: [var opinion, ..] } => TakeOpinion(state, DeviceId.Client(number), opinion),
        JobFinished { Tag: SoleTag { Name: Tags.PackedTraining }, Result.Outputs: [var packed, ..] } => AskPeers(state, packed),
        JobFinished { Tag: OpinionTag { Name: Tags.UnpackedTraining } asked, Result.Outputs: [var latents, ..] } => FormOpinion(state, asked, latents),
        JobFinished { Tag: OpinionTag asked, Result.Outputs: [var logits, ..] } => SendOpinion(state, asked, logits),
        TimerFired { Tag.Name: Tags.Opinions } => Expire(state),
        _ => null,
    };

    private Decision<ClientState> Share(ClientState state, ShareLatents share)
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
            .. missing.Contains(number) ? [new Roles.Compute(new SoleTag(Tags.OwnOpinion) { Place = state.Durable.Expert.Lineage }, Logits(expert, latents), Charges.Logits(_expert, plan.Deal.Rows(number)))] : ImmutableArray<Effect>.Empty,
            .. packs ? [] : ToPeers(state, missing, latents),
            .. state.Asking == Asking.Not ? [new SetTimer(new SoleTimer(Tags.Opinions), plan.Pipeline.Deadlines.Sharing)] : ImmutableArray<Effect>.Empty,
        ]);
    }

    private Decision<ClientState> AskPeers(ClientState state, BlobRef packed) => Decision.Of(state, [.. ToPeers(state, Missing(state.Durable), packed)]);

    private static ImmutableArray<int> Missing(ClientDurable durable) => [.. durable.Sharing.Experts.Where(expert => !durable.Sharing.Opinions.ContainsKey(expert))];

    private Decision<ClientState> GiveOpinion(ClientState state, DeviceId from, TrainingLatents asked)
    {
        var tag = new OpinionTag(_travel.IsExact && !_analog.IsOn ? Tags.Opinion : Tags.UnpackedTraining, from.Number, asked.Rows);
        return state.Durable.Expert.Model is { } expert
            ? Decision.Of(state, _analog.IsOn ? _analog.Learn(tag, asked.Latents, from.Number, number) : _travel.IsExact ? Opinion(tag, expert, asked.Latents) : _travel.Unpack(tag, asked.Latents, asked.Rows))
            : Decision.Of(state);
    }

    private Decision<ClientState> FormOpinion(ClientState state, OpinionTag tag, BlobRef latents) =>
        state.Durable.Expert.Model is { } expert ? Decision.Of(state, Opinion(tag with { Name = Tags.Opinion }, expert, latents)) : Decision.Of(state);

    private static Decision<ClientState> SendOpinion(ClientState state, OpinionTag tag, BlobRef logits) => Decision.Of(
        state,
        new Send(DeviceId.Client(tag.Asker), new TrainingLogits(logits, tag.Rows), Stages.Gate));

    private Decision<ClientState> TakeOpinion(ClientState state, DeviceId from, BlobRef logits)
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
    private Decision<ClientState> Expire(ClientState state) => EnoughOpinions(state).And(new Observe(new DeadlinePassed(
        DeviceId.Client(number), Stages.Sharing, 0, [.. Missing(state.Durable).Select(DeviceId.Client)], plan.Pipeline.Deadlines.Sharing)));

    /// <summary>Its own expert's opinions a client has at any rate, if not yet.</summary>
    private Decision<ClientState> EnoughOpinions(ClientState state)
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

    private Roles.Compute Opinion(OpinionTag tag, BlobRef expert, BlobRef latents) => new(tag, Logits(expert, latents), Charges.Logits(_expert, tag.Rows));

    private Job Logits(BlobRef expert, BlobRef latents) =>
        LearningJob.Create(new ExpertLogitsParameters(_expert), 0, expert, latents);
}
