using NMoE.Federation.Aggregator;
using NMoE.Federation.Client;
using NMoE.Federation.Supervisor;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Fuzzing.Invariants;

/// <summary>What a device has once written down it still knows later, crashes in between or not: who joined, whose updates counted, which expert was trained, who serves.</summary>
internal sealed class NothingDurableIsForgotten : IInvariant
{
    private readonly SortedDictionary<DeviceId, object> _last = [];

    /// <inheritdoc/>
    public string Name => "nothing-durable-is-forgotten";

    /// <inheritdoc/>
    public string? See(Happening happening)
    {
        if (happening is not RoleDecided { Device: var device, After: var after })
        {
            return null;
        }

        var before = _last.GetValueOrDefault(device);
        _last[device] = after;
        var lost = (before, after) switch
        {
            (AggregatorState first, AggregatorState then) => Lost(first.Durable, then.Durable),
            (ClientState first, ClientState then) => Lost(first.Durable, then.Durable),
            (SupervisorState first, SupervisorState then) => first.Serving.IsSubsetOf(then.Serving) ? null : "who serves",
            _ => null,
        };
        return lost is null ? null : $"{device} forgot {lost}";
    }

    private static string? Lost(AggregatorDurable first, AggregatorDurable then) =>
        first.Joined.Any(client => !then.Joined.ContainsKey(client.Key)) ? "who joined"
        : first.MayBegin && !then.MayBegin ? "that training may begin"
        : first.Counted.Any(client => then.Counted.GetValueOrDefault(client.Key) < client.Value) ? "whose updates counted"
        : first.Correlations.Any(client => !(then.Correlations.GetValueOrDefault(client.Key)?.Round >= client.Value.Round)) ? "correlation matrices"
        : null;

    /// <summary>What is of a stage 1 that was lost with its aggregator is given up.</summary>
    private static string? Lost(ClientDurable first, ClientDurable then) =>
        then.Lineage > first.Lineage ? null
        : then.Place < first.Place ? "where the aggregator is"
        : first.Expert is { } expert && then.Expert != expert ? "its expert"
        : first.Latents is not null && then.Latents is null ? "its latents"
        : first.Gate is not null && then.Gate is null ? "the gate"
        : first.Rolled is not null && then.Rolled is null ? "RollGate's gate"
        : first.MayServe && !then.MayServe ? "that it may serve"
        : null;
}
