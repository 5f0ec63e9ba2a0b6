using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;

namespace NMoE.Federation.Aggregator;

/// <summary>
/// Rounds whose models travel packed: each part is packed before the round hears that it is averaged, and what invites a client names what was packed. To the rounds the model is the exact one.
/// After a crash, and at another place, the model at hand is packed before the round goes on.
/// </summary>
internal sealed class AggregatorPacking(Plan plan, IServerHalf rounds) : IServerHalf
{
    private readonly UpdateTravel _travel = new(plan);

    public string Stage => rounds.Stage;

    public Decision<AggregatorState> Begin(AggregatorState state) => Resume(state with { Durable = state.Durable with { Round = 1 } });

    public Decision<AggregatorState> Resume(AggregatorState state)
    {
        ImmutableArray<Effect> packing = [.. InUse(state.Durable).Where(part => !state.Packed.ContainsKey(part.Blob.Hash)).DistinctBy(part => part.Blob.Hash).Select(part => Pack(part.Place, part.Blob, null))];
        return packing.IsEmpty ? GoOn(state) : Decision.Of(state, packing.AsSpan());
    }

    public IEnumerable<Effect> Missed(AggregatorState state, int client) => rounds.Missed(state, client).Select(effect => Travelling(state, effect));

    public Decision<AggregatorState>? Handle(AggregatorState state, object message) => message switch
    {
        JobFinished { Tag: AverageTag { Part: var part } } averaged when part < plan.Model.SharedParts.Length => Decision.Of(state, Pack(part, averaged.Result.Outputs[0], averaged)),
        JobFinished { Tag: PackedTag tag } job => Take(state with { Packed = state.Packed.SetItem(tag.Of.Hash, job.Result.Outputs[0]) }, tag),
        _ => Travelling(state, rounds.Handle(state, message)),
    };

    private Decision<AggregatorState> Take(AggregatorState state, PackedTag tag) =>
        tag.Averaged is { } averaged ? Travelling(state, rounds.Handle(state, averaged)) ?? Decision.Of(state)
        : InUse(state.Durable).All(part => state.Packed.ContainsKey(part.Blob.Hash)) ? GoOn(state)
        : Decision.Of(state);

    private Decision<AggregatorState> GoOn(AggregatorState state) => Travelling(state, rounds.Resume(state))!.Value;

    private Effect Pack(int part, BlobRef blob, JobFinished? averaged)
    {
        var (job, flops) = _travel.Pack(part, blob);
        return new Roles.Compute(new PackedTag(blob, averaged), job, flops);
    }

    /// <summary>The parts of models that a round under way may send: the one at hand and, in steps without rounds, those that clients are at work on.</summary>
    private static IEnumerable<(int Place, BlobRef Blob)> InUse(AggregatorDurable durable) =>
        durable.Versions.Values.Prepend(durable.Extractor).SelectMany(model => model.Select((blob, place) => (place, blob)));

    /// <summary>A decision of the rounds with models as they travel. What no round will send any more is forgotten where a round has ended.</summary>
    private static Decision<AggregatorState>? Travelling(AggregatorState before, Decision<AggregatorState>? decided)
    {
        if (decided is not { } decision)
        {
            return null;
        }

        var packed = before.Packed;
        ImmutableArray<Effect> effects = [.. decision.Effects.Select(effect => Travelling(before, effect))];
        if (decision.State.Durable.Round != before.Durable.Round)
        {
            packed = packed.RemoveRange(packed.Keys.Except(InUse(decision.State.Durable).Select(part => part.Blob.Hash)));
        }

        return new(decision.State with { Packed = packed }, effects);
    }

    private static Effect Travelling(AggregatorState state, Effect effect) => effect switch
    {
        Send { Message: TrainRound { Stage: Stages.Extractor } round } send => send with { Message = round with { Model = [.. round.Model.Select(part => state.Packed[part.Hash])] } },
        SendAgain { What: var what } => new SendAgain((Send)Travelling(state, what)),
        _ => effect,
    };
}
