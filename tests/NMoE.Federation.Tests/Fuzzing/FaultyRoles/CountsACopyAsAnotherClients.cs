using NMoE.Federation.Aggregator;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Tests.Fuzzing.FaultyRoles;

/// <summary>An aggregator that ticks off answers and not clients: a copy of an update goes into the next free place of the cohort.</summary>
internal sealed class CountsACopyAsAnotherClients(IRole<AggregatorState> real) : FaultyRole<AggregatorState>(real)
{
    public override Decision<AggregatorState> Handle(AggregatorState state, object message) =>
        message is Delivery { Message: RoundUpdate update } delivery && !state.Round.Closed && HasAnswered(state, delivery.From.Number, update.Round)
        && state.Round.Cohort.Where(client => !HasAnswered(state, client, update.Round)).Select(client => (int?)client).FirstOrDefault() is { } free
            ? Real.Handle(state, delivery with { From = DeviceId.Client(free) })
            : Real.Handle(state, message);

    private static bool HasAnswered(AggregatorState state, int client, int round) =>
        round == state.Durable.Round && state.Round.Updates.TryGetValue(client, out var known) && known.Round == round;
}
