using NMoE.Federation.Aggregator;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Fuzzing.Invariants;

/// <summary>
/// A place becomes the aggregator by the supervisor's word alone, and goes on from the last checkpoint that reached it, or from the start where none did. A checkpoint is a state that its sender was
/// in, and while an aggregator waits for its next place to take one it publishes nothing.
/// </summary>
internal sealed class PlacesGoOnFromCheckpoints(int places) : IInvariant
{
    private readonly SortedDictionary<int, (int From, Checkpoint Kept)> _held = [];

    public string Name => "places-go-on-from-checkpoints";

    public string? See(Happening happening)
    {
        if (happening is not RoleDecided { After: AggregatorState state, Device: var device } decided)
        {
            return null;
        }

        if (Takeovers.Of(decided) is { } begun && Check(decided, begun) is { } wrong)
        {
            return wrong;
        }

        if (decided is { Message: Delivery { Message: Checkpoint kept, From: { IsAggregator: true, Place: var from } } } && from < device.Place
            && (!_held.TryGetValue(device.Place, out var known) || (from, kept.Number).CompareTo((known.From, known.Kept.Number)) > 0))
        {
            _held[device.Place] = (from, kept);
        }

        var sent = decided.Effects.Select(effect => effect is SendAgain again ? again.What : effect).OfType<Send>().ToArray();
        return sent.FirstOrDefault(send => send.Message is Checkpoint untrue && (untrue.Round != state.Durable.Round || !untrue.Extractor.SequenceEqual(state.Durable.Extractor))) is not null
            ? $"{device} sends a checkpoint of a state that it is not in"
            : state.Moving.Guard is not null && sent.FirstOrDefault(send => send.Message is TrainRound or Correlate or PublishModel or ShareLatents or TravellingModel) is { } published
                ? FormattableString.Invariant($"{device} sends {published.To} a {WireCodec.KindOf(published.Message)} before checkpoint {state.Moving.Guard} is taken")
                : null;
    }

    private string? Check(RoleDecided decided, AggregatorDurable begun)
    {
        if (decided.Message is not Delivery { Message: AggregatorAt, From: var by } || by != DeviceId.Supervisor)
        {
            return $"{decided.Device} became the aggregator without the supervisor's word";
        }

        if (decided.Device.Place >= places)
        {
            return $"{decided.Device} is no place of the aggregator";
        }

        var right = _held.TryGetValue(decided.Device.Place, out var held)
            ? begun.Round == held.Kept.Round && begun.Extractor.SequenceEqual(held.Kept.Extractor) && begun.Gates.SequenceEqual(held.Kept.Gates)
            : begun.Stage == Stages.Joining;
        return right ? null : FormattableString.Invariant($"{decided.Device} goes on with {begun.Stage}, round {begun.Round}, which is not the last checkpoint that it was sent");
    }
}
