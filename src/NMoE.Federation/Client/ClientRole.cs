using System.Collections.Immutable;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Federation.Settings;
using NMoE.Learning.Jobs;
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
    private readonly Bounds _bounds = plan.Bounds;
    private readonly ClientTraining _training = new(number, plan);
    private readonly ClientCorrelation _correlation = new(number, plan);
    private readonly ClientNorms _norms = new(plan);
    private readonly ClientRolling _rolling = new(number, plan);
    private readonly ClientServing _serving = new(number, plan);
    private readonly ClientSilence _silence = new(number, plan);
    private readonly ClientMoves _moves = new(plan);

    /// <inheritdoc/>
    public ClientState Initial => ClientState.Fresh(ClientDurable.Empty);

    /// <inheritdoc/>
    public object Durable(ClientState state) => state.Durable;

    /// <inheritdoc/>
    public ClientState Recover(object durable) => ClientState.Fresh((ClientDurable)durable);

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
        JobFinished { Tag.Name: Tags.TrainingShard } job => _training.Join(state with { TrainingShard = job.Result.Outputs[0] }),
        JobFinished { Tag.Name: Tags.TestShard } job => Decision.Of(
            state with { TestShards = state.TestShards.SetItem((TestPartition)job.Tag.First, job.Result.Outputs[0]) }),
        JobFinished { Tag.Name: Tags.InitialHead } job => Decision.Of(
            state with { Durable = state.Durable with { Own = state.Durable.Own with { Predictor = job.Result.Outputs[0] } } }),
        JobFinished job => Finished(state, job),
        Delivery { Message: BeginServing begin } => _serving.Allow(state, begin),
        Delivery delivery => Delivered(state, delivery),
        TimerFired timer when timer.Name == Tags.Deadline => _serving.Expire(state, timer.Number),
        TimerFired timer when timer.Name == Tags.Opinions => _training.Expire(state),
        TimerFired timer when timer.Name == Tags.Rolling => _rolling.Expire(state, timer.Number),
        TimerFired timer when timer.Name == Tags.Silence => _silence.Ask(state),
        _ => Decision.Of(state),
    };

    private Decision<ClientState> Return(ClientState state)
    {
        if (state.Durable.PassesDone == plan.Passes.Length)
        {
            return Decision.Of(state);
        }

        // The aggregator is asked once the data are there: what it may ask for needs them.
        var dealt = DealShards(state with { Returned = true }).And(new Send(DeviceId.Supervisor, new Rejoin(0), Stages.Control));
        var resumed = _rolling.Resume(dealt.State);
        return resumed with { Effects = [.. dealt.Effects, .. resumed.Effects] };
    }

    private Decision<ClientState> DealShards(ClientState state) => Decision.Of(state, [
        new Await("the end of training"),
        .. plan.HasOwnHeads && state.Durable.Own.Predictor is null
            ? [new Roles.Compute(new JobTag(Tags.InitialHead), plan.Initial(ModelPart.Expert), 0)]
            : ImmutableArray<Effect>.Empty,
        new Roles.Compute(new JobTag(Tags.TrainingShard), plan.TrainingShard(number), 0),
        .. plan.Settings.Inference.TestPartitions.Distinct().Select(test =>
            new Roles.Compute(new JobTag(Tags.TestShard, (int)test), plan.TestShard(number, test), 0)),
    ]);

    private Decision<ClientState> Delivered(ClientState state, Delivery delivery) =>
        delivery.Message is IMessage message ? _norms.Merge(state, message) ?? Received(state, delivery.From, message) : Decision.Of(state);

    private Decision<ClientState> Received(ClientState state, DeviceId from, IMessage message) => message switch
    {
        TrainRound round => _training.Begin(state, round),
        Correlate asked => _correlation.Begin(state, asked),
        TrainAgainst against => _correlation.Train(state, against),
        PublishModel published => _training.Adopt(state, published),
        ShareLatents share => _training.Share(state, share),
        TrainingLatents latents => _training.GiveOpinion(state, from, latents),
        TrainingLogits logits => _training.TakeOpinion(state, from, logits.Logits),
        RollingGate gate => _rolling.Take(state, from, gate),
        RollingGateTaken taken => _rolling.Taken(state, taken),
        RouteLatents request => _serving.Serve(state, from, request),
        ExpertOutputs outputs => _serving.Take(state, from.Number, outputs),
        _ => Decision.Of(state),
    };

    private Decision<ClientState> Finished(ClientState state, JobFinished job) => job.Tag.Name switch
    {
        Tags.OwnNorms => ClientNorms.Merged(state, job) is { } message
            ? Received(state with { Merging = null }, state.Durable.Aggregator, message)
            : Decision.Of(state),
        Tags.Round => _training.SendUpdate(state, job),
        Tags.Correlation => _correlation.Release(state, job),
        Tags.Release => _correlation.Send(state, job),
        Tags.TrainingLatents => _training.TakeLatents(state, job.Result.Outputs[0]),
        Tags.Moments => _training.TakeMoments(state, job.Result.Outputs[0]),
        Tags.Expert => _training.ExpertReady(state, job),
        Tags.OwnOpinion => _training.TakeOpinion(state, Plan.Device(number), job.Result.Outputs[0]),
        Tags.PackedTraining => _training.AskPeers(state, job.Result.Outputs[0]),
        Tags.UnpackedTraining => _training.FormOpinion(state, job),
        Tags.Opinion => _training.SendOpinion(state, job),
        Tags.Rolling => _rolling.Trained(state, job),
        Tags.UnpackedRequest => _serving.ServeUnpacked(state, job),
        Tags.Served => _serving.Reply(state, job),
        _ => _serving.Finished(state, job),
    };
}
