using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Learning.Models;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Aggregator;

/// <summary>Before training: the first model is drawn while clients join, and the supervisor says that training may begin.</summary>
internal sealed class AggregatorJoining(Plan plan, int place, Func<AggregatorState, Decision<AggregatorState>> next) : IServerHalf
{
    public string Stage => Stages.Joining;

    public Decision<AggregatorState> Begin(AggregatorState state) => Decision.Of(
        state,
        [
            new Await("clients to join"),
            .. plan.Model.SharedParts.Append(ModelPart.Gate)
                .Select(part => new Roles.Compute(new InitialTag(part), plan.Model.Initial(part, plan.Seeds), 0)),
            Readiness.Timer(Stage, plan.Pipeline.Deadlines.Extractor),
        ]);

    public Decision<AggregatorState> Resume(AggregatorState state) => Begin(state with { Durable = state.Durable with { Extractor = [] } });

    public Decision<AggregatorState>? Handle(AggregatorState state, object message) => message switch
    {
        JobFinished { Tag: InitialTag tag } job => BeginWhenComplete(Take(state, tag.Part, job.Result.Outputs[0])),
        Delivery { Message: BeginTraining or AggregatorAt } when !state.Durable.MayBegin => BeginWhenComplete(state with { Durable = state.Durable with { MayBegin = true } }),
        Delivery { Message: Join { Samples: > 0 and var samples }, From.Number: var client } => Join(state, client, samples),
        Delivery { Message: Rejoin { Samples: > 0 and var samples }, From.Number: var client } => Join(state, client, samples),
        TimerFired timer when Readiness.IsOf(timer, Stage) => Expire(state),
        _ => null,
    };

    private Decision<AggregatorState> Join(AggregatorState state, int client, int samples) =>
        BeginWhenComplete(state with { Durable = state.Durable with { Joined = state.Durable.Joined.SetItem(client, samples) } });

    /// <summary>Parts have their places whatever the order in which they were drawn.</summary>
    private AggregatorState Take(AggregatorState state, ModelPart part, BlobRef model)
    {
        var drawn = state.Joining.Drawn.SetItem(part, model);
        var durable = part == ModelPart.Gate
            ? state.Durable with { Gates = Stages.Gates.ToImmutableSortedDictionary(stage => stage, _ => model, StringComparer.Ordinal) }
            : state.Durable with { Extractor = [.. plan.Model.SharedParts.Where(drawn.ContainsKey).Select(known => drawn[known])] };
        return state with { Joining = state.Joining with { Drawn = drawn }, Durable = durable };
    }

    private Decision<AggregatorState> BeginWhenComplete(AggregatorState state) =>
        state.Durable.Joined.Count == plan.Deal.Learners.Length || state.Joining.IsOver ? BeginWhenDrawn(state) : Decision.Of(state);

    private Decision<AggregatorState> BeginWhenDrawn(AggregatorState state) =>
        state.Durable is { MayBegin: true, Gates.IsEmpty: false } && state.Durable.Extractor.Length == plan.Model.SharedParts.Length
            ? next(state).After(new CancelTimer(StepTimer.TimerName))
            : Decision.Of(state);

    private Decision<AggregatorState> Expire(AggregatorState state)
    {
        ImmutableArray<int> missing = [.. plan.Deal.Learners.Where(client => !state.Durable.Joined.ContainsKey(client))];
        var ended = state.Durable.Joined.IsEmpty ? Decision.Of(state, Readiness.Nobody(Stage)) : End(state);
        return missing.IsEmpty || state.Joining.IsOver ? ended : ended.After(AggregatorSilence.Passed(DeviceId.AggregatorAt(place), Stage, 0, missing, plan.Pipeline.Deadlines.Extractor));
    }

    /// <summary>At the deadline training begins with those who are there; without the supervisor's word it asks for that.</summary>
    private Decision<AggregatorState> End(AggregatorState state)
    {
        var over = state with { Joining = state.Joining with { IsOver = true } };
        if (state.Durable.MayBegin)
        {
            return BeginWhenDrawn(over);
        }

        var patience = plan.Settings.Supervision;
        return state.Joining.Unanswered < patience.MaxSilence
            ? Decision.Of(
                over with { Joining = over.Joining with { Unanswered = state.Joining.Unanswered + 1 } },
                new Send(DeviceId.Supervisor, new Rejoin(0), Stages.Control),
                Readiness.Timer(Stage, patience.Patience))
            : Decision.Of(state, new GiveUp("the supervisor never said that training may begin"));
    }
}
