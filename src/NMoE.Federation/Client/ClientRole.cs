using System.Collections.Immutable;
using NMoE.Compute.Jobs;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Learning.Models;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Client;

/// <summary>
/// A client: trains F in rounds, its own expert, and the gate in rounds; then answers its own samples with the experts that the gate picks,
/// and its peers' samples with its own.
/// </summary>
/// <param name="number">The client's number, from 0.</param>
/// <param name="plan">The experiment.</param>
public sealed class ClientRole(int number, Plan plan) : IRole<ClientState>
{
    private readonly Bounds _bounds = plan.Pipeline.Bounds(plan.Deal, plan.Model);
    private readonly ClientTraining _training = new(number, plan);
    private readonly ClientExchange? _exchange = plan.Pipeline.Objective.Exchange is { } exchange ? new(number, plan, exchange) : null;
    private readonly ClientNorms _norms = new(plan);
    private readonly ImmutableArray<(IRingStage Stage, ClientRing Half)> _rings = [.. plan.Pipeline.Rings.Select(ring => (ring, new ClientRing(number, plan, ring)))];
    private readonly ClientServing _serving = new(number, plan);
    private readonly ClientSilence _silence = new(number, plan);
    private readonly ClientMoves _moves = new(plan.Deal.Rows(number));

    /// <inheritdoc/>
    public ClientState Initial => new ClientState(ClientDurable.Empty);

    /// <inheritdoc/>
    public object Durable(ClientState state) => state.Durable;

    /// <inheritdoc/>
    public ClientState Recover(object durable) => new ClientState((ClientDurable)durable);

    /// <inheritdoc/>
    public Decision<ClientState> Handle(ClientState state, object message) => message switch
    {
        Delivery { Message: IMessage told } impossible when !MessageForms.IsPossible(_bounds, impossible.From, told) => Settle(state, Decision.Of(state), message),
        Delivery outdated when ClientMoves.IsOutdated(state, outdated) => Decision.Of(state),
        Delivery delivery => Told(state, ClientMoves.Hear(state, delivery), delivery),
        _ => Settle(state, Decide(state, message), message),
    };

    private Decision<ClientState> Told(ClientState before, ClientState heard, Delivery delivery)
    {
        var decision = Settle(before, Decide(heard, delivery), delivery);
        return decision with { Effects = [.. _moves.Questions(before, heard, delivery), .. decision.Effects] };
    }

    private Decision<ClientState> Settle(ClientState before, Decision<ClientState> decision, object message) =>
        _serving.BeginIfReady(_silence.Listen(before, decision, message));

    private Decision<ClientState> Decide(ClientState state, object message) => message switch
    {
        JobFinished outdated when ClientMoves.IsOutdated(state, outdated) => Decision.Of(state),
        Started => DealShards(state),
        Restarted => Return(state),
        JobFinished { Tag.Name: Tags.TrainingShard } job => HaveShard(state with { Shards = state.Shards with { Training = job.Result.Outputs[0] } }),
        JobFinished { Tag: TestShardTag tag } job => Decision.Of(state with { Shards = state.Shards with { Tests = state.Shards.Tests.SetItem(tag.Test, job.Result.Outputs[0]) } }),
        JobFinished { Tag.Name: Tags.InitialHead } job => Decision.Of(
            state with { Durable = state.Durable.Keeping(own => own with { Predictor = job.Result.Outputs[0] }) }),
        JobFinished job => Finished(state, job.Tag, job.Result),
        Delivery { Message: BeginServing begin } => _serving.Allow(state, begin),
        Delivery delivery => Delivered(state, delivery),
        TimerFired timer when timer.Name == Tags.Deadline => _serving.Expire(state, timer.Number),
        TimerFired timer when timer.Name == Tags.Opinions => _training.Expire(state),
        TimerFired timer when timer.Name == Tags.Silence => _silence.Ask(state),
        TimerFired timer when Ring(ring => ClientRing.Timer(ring.Stage) == timer.Name) is { } ring => ring.Expire(state, timer.Number),
        _ => Decision.Of(state),
    };

    private Decision<ClientState> Return(ClientState state)
    {
        if (state.Durable.Serving.PassesDone == plan.Pipeline.Serving.Passes.Length)
        {
            return Decision.Of(state);
        }

        // The aggregator is asked once the data are there: what it may ask for needs them.
        var dealt = DealShards(state with { Silence = state.Silence with { Returned = true } }).And(new Send(DeviceId.Supervisor, new Rejoin(0), Stages.Control));
        return Resume(dealt, RingKind.OfExperts);
    }

    private Decision<ClientState> HaveShard(ClientState state) => Resume(_training.Join(state), RingKind.OfJoined);

    /// <summary>Turns go on that a crash interrupted, once what they need is there.</summary>
    private Decision<ClientState> Resume(Decision<ClientState> decision, RingKind kind)
    {
        foreach (var (stage, half) in _rings.Where(ring => ring.Stage.Rules(plan.Settings).Kind == kind))
        {
            var resumed = half.Resume(decision.State);
            decision = resumed with { Effects = [.. decision.Effects, .. resumed.Effects] };
        }

        return decision;
    }

    private ClientRing? Ring(Predicate<IRingStage> which) => _rings.FirstOrDefault(ring => which(ring.Stage)).Half;

    private ClientRing? Ring(string stage) => Ring(ring => ring.Stage == stage);

    private Decision<ClientState> DealShards(ClientState state) => Decision.Of(state, [
        new Await("the end of training"),
        .. plan.Model.HasOwnHeads && state.Durable.Training.Own.Predictor is null
            ? [new Roles.Compute(new SoleTag(Tags.InitialHead), plan.Model.Initial(ModelPart.Expert, plan.Seeds), 0)]
            : ImmutableArray<Effect>.Empty,
        new Roles.Compute(new SoleTag(Tags.TrainingShard), plan.Deal.TrainingShard(number), 0),
        .. plan.Settings.Inference.TestPartitions.Distinct().Select(test =>
            new Roles.Compute(new TestShardTag(test), plan.Deal.TestShard(number, test), 0)),
    ]);

    private Decision<ClientState> Delivered(ClientState state, Delivery delivery) =>
        delivery.Message is IMessage message ? _norms.Merge(state, message) ?? Received(state, delivery.From, message) : Decision.Of(state);

    private Decision<ClientState> Received(ClientState state, DeviceId from, IMessage message) => message switch
    {
        TrainRound round => _training.Begin(state, round),
        Correlate asked when _exchange is not null => _exchange.Begin(state, asked),
        TrainAgainst against when _exchange is not null => _exchange.Train(state, against),
        PublishModel published => _training.Adopt(state, published),
        ShareLatents share => _training.Share(state, share),
        TrainingLatents latents => _training.GiveOpinion(state, from, latents),
        TrainingLogits logits => _training.TakeOpinion(state, from, logits.Logits),
        TravellingModel model => Ring(model.Stage)?.Take(state, from, model) ?? Decision.Of(state),
        TravellingModelTaken taken => Ring(taken.Stage)?.Taken(state, taken) ?? Decision.Of(state),
        RouteLatents request => _serving.Serve(state, from, request),
        ExpertOutputs outputs => _serving.Take(state, from.Number, outputs),
        _ => Decision.Of(state),
    };

    private Decision<ClientState> Finished(ClientState state, JobTag tag, JobResult result) => tag switch
    {
        RoundTag { Name: Tags.OwnNorms } merge => ClientNorms.Merged(state, merge, result.Outputs[0]) is { } message
            ? Received(state with { Round = state.Round with { Merging = null } }, state.Durable.Aggregator, message)
            : Decision.Of(state),
        RoundTag { Name: Tags.Round } round => _training.SendUpdate(state, round, result),
        RoundTag { Name: Tags.Correlation } round when _exchange is not null => _exchange.Release(state, round, result.Outputs[0]),
        RoundTag { Name: Tags.Release } round when _exchange is not null => _exchange.Send(state, round, result.Outputs[0]),
        SoleTag { Name: Tags.TrainingLatents } => _training.TakeLatents(state, result.Outputs[0]),
        SoleTag { Name: Tags.Moments } => _training.TakeMoments(state, result.Outputs[0]),
        SoleTag { Name: Tags.Expert } => _training.ExpertReady(state, result.Outputs[0]),
        SoleTag { Name: Tags.OwnOpinion } => _training.TakeOpinion(state, DeviceId.Client(number), result.Outputs[0]),
        SoleTag { Name: Tags.PackedTraining } => _training.AskPeers(state, result.Outputs[0]),
        OpinionTag { Name: Tags.UnpackedTraining } opinion => _training.FormOpinion(state, opinion, result.Outputs[0]),
        OpinionTag opinion => ClientTraining.SendOpinion(state, opinion, result.Outputs[0]),
        TurnTag turn when Ring(turn.Stage) is { } ring => ring.Trained(state, turn, result),
        AnswerTag { Name: Tags.UnpackedRequest } asked => _serving.ServeUnpacked(state, asked, result.Outputs[0]),
        AnswerTag asked => _serving.Reply(state, asked, result.Outputs[0]),
        RequestTag request => _serving.Finished(state, request, result),
        _ => Decision.Of(state),
    };
}
