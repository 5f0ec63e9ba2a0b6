using System.Collections.Immutable;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Federation.Settings;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Aggregator;

/// <summary>After all stages: the supervisor is told who has an expert, and who was away what it missed.</summary>
internal sealed class AggregatorFinish(SupervisionSection policy, Deal deal, int place) : IServerHalf
{
    private const string FinishTimer = "finish";

    public string Stage => Stages.Finished;

    public Decision<AggregatorState> Begin(AggregatorState state)
    {
        var durable = state.Durable;
        return Resume(state).After(new Observe(
            new ExpertsNamed(durable.Experts) { Unlearned = [.. durable.Unlearned], Silent = [.. durable.Experts.Except(durable.Heard(durable.Experts))], Place = place }));
    }

    public Decision<AggregatorState> Resume(AggregatorState state) => Say(state, 0).And(new Done());

    /// <summary>Where the supervisor's word comes again, it has heard nothing for long: it may have missed that training has ended.</summary>
    public Decision<AggregatorState>? Handle(AggregatorState state, object message) => message switch
    {
        Delivery { Message: BeginTraining or AggregatorAt } when state.Moving.Guard is null => Decision.Of(state, Word(state)),
        TimerFired { Tag: NumberedTimer { Name: FinishTimer } timer } => Say(state, timer.Number + 1),
        _ => null,
    };

    /// <summary>Said again while nobody switches this device off: the word may have been lost.</summary>
    private Decision<AggregatorState> Say(AggregatorState state, int times) => Decision.Of(state, [
        Word(state),
        .. times < policy.MaxSilence
            ? [new SetTimer(new NumberedTimer(FinishTimer, times), policy.Patience)]
            : ImmutableArray<Effect>.Empty,
    ]);

    private Send Word(AggregatorState state) =>
        new(DeviceId.Supervisor, new TrainingFinished { Experts = deal.Named(state.Durable.Heard(state.Durable.Experts)) }, Stages.Control);
}
