using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Learning.Jobs;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Aggregator;

/// <summary>Before training: the first model is drawn while clients join, and the supervisor says that training may begin.</summary>
internal sealed class AggregatorJoining(Plan plan)
{
    public Decision<AggregatorState> Begin(AggregatorState state) => Decision.Of(
        state,
        [
            new Await("clients to join"),
            .. plan.SharedParts.Append(ModelPart.Gate)
                .Select(part => new Roles.Compute(new InitialTag(part), plan.Initial(part), 0)),
            new SetTimer(AggregatorRole.StepTimer, plan.Deadlines.Extractor, (int)Phase.Joining),
        ]);

    /// <summary>Parts have their places whatever the order in which they were drawn.</summary>
    public AggregatorState Take(AggregatorState state, ModelPart part, BlobRef model)
    {
        var drawn = state.Joining.Drawn.SetItem(part, model);
        var durable = part == ModelPart.Gate
            ? state.Durable with { Gates = Stages.Gates.ToImmutableSortedDictionary(stage => stage, _ => model, StringComparer.Ordinal) }
            : state.Durable with { Extractor = [.. plan.SharedParts.Where(drawn.ContainsKey).Select(known => drawn[known])] };
        return state with { Joining = state.Joining with { Drawn = drawn }, Durable = durable };
    }

    /// <summary>At the deadline training begins with those who are there; without the supervisor's word it asks for that.</summary>
    public Decision<AggregatorState> End(AggregatorState state, Func<AggregatorState, Decision<AggregatorState>> begin)
    {
        var over = state with { Joining = state.Joining with { IsOver = true } };
        if (state.Durable.MayBegin)
        {
            return begin(over);
        }

        var patience = plan.Settings.Supervision;
        return state.Joining.Unanswered < patience.MaxSilence
            ? Decision.Of(
                over with { Joining = over.Joining with { Unanswered = state.Joining.Unanswered + 1 } },
                new Send(DeviceId.Supervisor, new Rejoin(0), Stages.Control),
                new SetTimer(AggregatorRole.StepTimer, patience.Patience, (int)Phase.Joining))
            : Decision.Of(state, new GiveUp("the supervisor never said that training may begin"));
    }
}
