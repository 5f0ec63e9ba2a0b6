using NMoE.Federation.Aggregator;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Tests.Fuzzing.FaultyRoles;

/// <summary>An aggregator that counts how often it heard of an expert and not from whom: a word that comes twice stands for a client that still trains.</summary>
internal sealed class CountsWordsOfReadiness(IRole<AggregatorState> real) : FaultyRole<AggregatorState>(real)
{
    public override Decision<AggregatorState> Handle(AggregatorState state, object message) =>
        message is Delivery { Message: ExpertReady } delivery && state.Durable is { Stage: Stages.Expert } durable && durable.Ready.Contains(delivery.From.Number)
        && durable.Joined.Keys.Except(durable.Ready).Select(client => (int?)client).FirstOrDefault() is { } other
            ? Real.Handle(state, delivery with { From = DeviceId.Client(other) })
            : Real.Handle(state, message);
}
