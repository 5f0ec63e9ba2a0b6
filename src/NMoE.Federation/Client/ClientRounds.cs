using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Federation.Algorithms;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Client;

/// <summary>Rounds as a client sees them: it does its part of the newest that it is invited to, and keeps what it sent in case it is asked again.</summary>
internal sealed class ClientRounds(int number, Plan plan) : IClientHalf
{
    public Decision<ClientState>? Handle(ClientState state, object message) => message switch
    {
        Delivery { Message: TrainRound round, From: var from } => Begin(state, round, from.IsEdge ? from : null),
        JobFinished { Tag: RoundTag { Name: Tags.Round } round } job => SendUpdate(state, round, job.Result),
        _ => null,
    };

    private Decision<ClientState> Begin(ClientState state, TrainRound round, DeviceId? edge)
    {
        if (state.Shards.Training is not { } shard || AreSame(state.Round.Training, round) || IsOver(state, round))
        {
            return Decision.Of(state);
        }

        if (state.Round.Training is not null)
        {
            // One processor: what is begun is ended, and of what came meanwhile only the newest is worth the work.
            return Decision.Of(state with { Round = state.Round with { Waiting = round, WaitingEdge = edge } });
        }

        if (state.Durable.Training.Sent is { } sent && AreSame(sent.Asked, round))
        {
            return Decision.Of(
                state with { Durable = state.Durable with { Training = state.Durable.Training with { Sent = sent with { Place = state.Durable.Place } } } },
                new SendAgain(new Send(edge ?? state.Durable.Aggregator, sent.Update, round.Stage)));
        }

        var memory = round.Stage == Stages.Extractor ? state.Durable.Training.Undone(round.Round).Settled(round.Round, round.Counted) : state.Durable.Training;
        var own = memory.OwnAt(round.Round);
        var part = new RoundPart(plan, number, round, shard)
        {
            Predictor = own.Predictor,
            Control = own.Control,
            Private = own.Private,
            Latents = state.Durable.Expert.Latents,
            Opinions = state.Durable.Sharing.Opinions,
        };
        return RoundStages.Of(round.Stage).Local(part) is { } local
            ? Decision.Of(
                state with { Durable = state.Durable with { Training = memory, Edge = edge }, Round = state.Round with { Training = round } },
                new Roles.Compute(new RoundTag(Tags.Round, round.Stage, round.Round) { Place = state.Durable.Place }, local.Job, local.Flops))
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

    private Decision<ClientState> SendUpdate(ClientState state, RoundTag tag, JobResult result)
    {
        var (stage, round, loss) = (tag.Stage, tag.Round, result.Metrics["loss"]);
        if (!double.IsFinite(loss))
        {
            return Decision.Of(state, new Crash(FormattableString.Invariant($"the loss of round {round} diverged ({loss})")));
        }

        var update = RoundStages.Of(stage).Update(plan, number, round, result.Outputs, loss);
        var kept = stage != Stages.Extractor || state.Durable.EndedStageOne ? state : Keep(state, round, result.Outputs);
        if (state.Round.Training is { } asked && (asked.Stage, asked.Round) == (stage, round))
        {
            kept = kept with { Round = kept.Round with { Training = null, Waiting = null }, Durable = kept.Durable with { Training = kept.Durable.Training with { Sent = new SentUpdate(asked, update) { Place = kept.Durable.Place } } } };
        }

        var sent = Decision.Of(kept with { Round = kept.Round with { Against = kept.Round.Against == round ? 0 : kept.Round.Against } }, new Send(kept.Durable.Edge ?? kept.Durable.Aggregator, update, stage));
        return state.Round.Waiting is { } next && kept.Round.Waiting is null ? sent.Then(ended => Begin(ended, next, state.Round.WaitingEdge)) : sent;
    }

    /// <summary>What is not shared is the client's own from now on.</summary>
    private ClientState Keep(ClientState state, int round, ImmutableArray<BlobRef> outputs)
    {
        var before = state.Durable.Training.OwnAt(round);
        var own = new OwnParts(
            plan.Model.HasOwnHeads && plan.Model.TrainsPredictor ? outputs[1] : before.Predictor,
            plan.Pipeline.HasControl ? outputs[2] : null,
            plan.Model.HasOwnNorms ? outputs[0] : null)
        {
            Private = plan.Pipeline.Objective.Private is { Count: var count } ? outputs.Slice(plan.Model.Parts.Length, count) : [],
            Kept = plan.Settings.Extractor.Compression.Keeps ? outputs[^plan.Model.SharedParts.Length..] : [],
        };
        var history = plan.Pipeline.Places > 1 ? state.Durable.Training.History.SetItem(round, before) : state.Durable.Training.History;
        return own == before ? state : state with { Durable = state.Durable with { Training = state.Durable.Training with { Own = own, Before = new OwnBefore(round, before), History = history } } };
    }
}
