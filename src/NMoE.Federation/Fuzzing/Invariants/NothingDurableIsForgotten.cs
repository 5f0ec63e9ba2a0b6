using NMoE.Compute.Blobs;
using NMoE.Federation.Aggregator;
using NMoE.Federation.Client;
using NMoE.Federation.Supervisor;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Fuzzing.Invariants;

/// <summary>What a device has once written down it still knows later, crashes in between or not: who joined, whose updates counted, which expert was trained, who serves.</summary>
internal sealed class NothingDurableIsForgotten : IInvariant
{
    private readonly SortedDictionary<DeviceId, object> _last = [];

    public string Name => "nothing-durable-is-forgotten";

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
        then.Parent is null && first.Joined.Any(client => !then.Joined.ContainsKey(client.Key)) ? "who joined"
        : first.MayBegin && !then.MayBegin ? "that training may begin"
        : first.Counted.Any(client => then.Counted.GetValueOrDefault(client.Key) < client.Value) ? "whose updates counted"
        : !first.Velocity.IsEmpty && then.Velocity.IsEmpty ? "the server's momentum"
        : first.Control is not null && then.Control is null ? "the server's control variate"
        : first.Experts.Except(then.Experts).Any() ? "who has an expert"
        : first.Correlations.Any(client => !(then.Correlations.GetValueOrDefault(client.Key)?.Round >= client.Value.Round)) ? "correlation matrices"
        : null;

    /// <summary>What a client made its own in rounds that did not count is taken back to what it was before them, which it must have known.</summary>
    private static bool LostOwn(TrainingMemory first, TrainingMemory then) =>
        LostOwn(first, then, own => own.Predictor) || LostOwn(first, then, own => own.Extractor) || LostOwn(first, then, own => own.Control)
        || LostOwn(first, then, own => own.Kept.FirstOrDefault());

    private static bool LostOwn(TrainingMemory first, TrainingMemory then, Func<OwnParts, BlobRef?> part) =>
        part(first.Own) is not null && part(then.Own) is null
        && !first.History.Values.Append(first.Before?.Own).OfType<OwnParts>().Any(own => part(own) is null);

    /// <summary>What is of a stage 1 that was lost with its aggregator is given up.</summary>
    private static string? Lost(ClientDurable first, ClientDurable then) =>
        then.Expert.Lineage > first.Expert.Lineage ? null
        : then.Place < first.Place ? "where the aggregator is"
        : first.Expert.Model is { } expert && then.Expert.Model != expert ? "its expert"
        : first.Expert.Latents is not null && then.Expert.Latents is null ? "its latents"
        : first.Gates.Keys.FirstOrDefault(stage => !then.Gates.ContainsKey(stage)) is { } stage ? $"the gate of stage '{stage}'"
        : first.Training.Sent is not null && then.Training.Sent is null ? "the update that it sent"
        : first.Sharing.Opinions.Keys.Except(then.Sharing.Opinions.Keys).Any() ? "opinions of its latents"
        : LostOwn(first.Training, then.Training) ? "what of stage 1 is its own"
        : first.Serving.MayServe && !then.Serving.MayServe ? "that it may serve"
        : null;
}
