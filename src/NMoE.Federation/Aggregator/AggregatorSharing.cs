using System.Collections.Immutable;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Federation.Topologies;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Aggregator;

/// <summary>Before stage 3: clients ask each other's experts about their latents, and say whose opinions they have.</summary>
internal sealed class AggregatorSharing(Topology asked, TimeSpan deadline, int place, Func<AggregatorState, Decision<AggregatorState>> next) : IServerHalf
{
    private readonly Readiness _ready = new(
        Stages.Sharing, place, deadline, durable => durable.Experts, durable => durable.Experts.Length, state => next(state).After(new CancelTimer(StepTimer.TimerName)));

    public string Stage => Stages.Sharing;

    public Decision<AggregatorState> Begin(AggregatorState state)
    {
        var experts = state.Durable.Experts;
        var heard = state.Durable.Heard(experts);
        return Decision.Of(
            state with { Durable = state.Durable with { Ready = [], Unlearned = [.. experts] }, Quiet = [.. heard] },
            [
                new Await("clients to ask each other's experts"),
                .. heard.Select(client => Question(state.Durable, client)),
                _ready.Deadline,
            ]);
    }

    public Decision<AggregatorState> Resume(AggregatorState state) => Decision.Of(state, _ready.Deadline);

    public Decision<AggregatorState> TakeOver(AggregatorState state) => Begin(state);

    public Decision<AggregatorState>? Handle(AggregatorState state, object message) => message switch
    {
        Delivery { Message: GateDataReady ready, From.Number: var client } => _ready.Take(Learn(state, client, ready), client),
        TimerFired timer when Readiness.IsOf(timer, Stage) => _ready.Expire(state),
        _ => null,
    };

    public IEnumerable<Effect> Missed(AggregatorState state, int client) =>
        state.Durable.Stage == Stage && state.Durable.Experts.Contains(client) && !state.Durable.Ready.Contains(client) ? [new SendAgain(Question(state.Durable, client))] : [];

    private Send Question(AggregatorDurable durable, int client) => new(DeviceId.Client(client), new ShareLatents(Experts(durable, client)), Stages.Gate);

    /// <summary>The experts that there are, of those that a client asks.</summary>
    private ImmutableArray<int> Experts(AggregatorDurable durable, int client) => asked.IsFull
        ? durable.Experts
        : [.. asked.Experts(client).Where(expert => durable.Experts.BinarySearch(expert) >= 0)];

    /// <summary>Where nobody has an expert's opinions, no gate can learn to choose it: what it says of it would be chance.</summary>
    private AggregatorState Learn(AggregatorState state, int client, GateDataReady ready) => state with
    {
        Durable = state.Durable with
        {
            Unlearned = ready.Experts.IsEmpty && asked.IsFull ? [] : state.Durable.Unlearned.Except(ready.Experts.IsEmpty ? Experts(state.Durable, client) : ready.Experts),
        },
    };
}
