using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Federation.Aggregator;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Fuzzing.Invariants;

/// <summary>A round starts from the model that the round before it ended with, for every client; what is published is the model of the last round, or the ring's gate.</summary>
internal sealed class ModelsFollowRounds(Pipeline pipeline, int publishedParts) : IInvariant
{
    // By place of the aggregator.
    private readonly SortedDictionary<(int Place, string Stage, int Round), ImmutableArray<BlobRef>> _models = [];
    private readonly SortedDictionary<(int Place, string Stage), ImmutableArray<BlobRef>> _rings = [];

    // What the aggregator packed, by what travels.
    private readonly SortedDictionary<BlobHash, BlobRef> _packed = [];

    public string Name => "models-follow-rounds";

    public string? See(Happening happening)
    {
        switch (happening)
        {
            case Observed { What: RoundEnded { Generation: null } ended }:
                _models[(ended.Place, ended.Stage, ended.Round)] = ended.Model;
                return null;
            case Observed { What: RingEnded ended }:
                _rings[(ended.Place, ended.Stage)] = ended.Model;
                return null;
            case RoleDecided { After: AggregatorState, Message: JobFinished { Tag: PackedTag { Of: var part }, Result: var packed } }:
                _packed[packed.Outputs[0].Hash] = part;
                return null;
            case RoleDecided { After: AggregatorState } decided when Takeovers.Of(decided) is { } begun:
                GoOn(decided.Device.Place, begun);
                return null;
            case TransferBegan { Transfer: { From.IsAggregator: true, Message: var message } transfer }:
                return message switch
                {
                    TrainRound round => Check(transfer, round.Stage, round.Round, [.. round.Model.Select(part => _packed.GetValueOrDefault(part.Hash, part))]),
                    Correlate asked => Check(transfer, Stages.Extractor, asked.Round, asked.Model),
                    PublishModel published => Publish(transfer, published),
                    _ => null,
                };
            default:
                return null;
        }
    }

    /// <summary>Where no round has ended before, all start from what the first that was asked was sent.</summary>
    private string? Check(Transfer transfer, string stage, int round, ImmutableArray<BlobRef> model)
    {
        if (!_models.TryGetValue((transfer.From.Place, stage, round - 1), out var last))
        {
            _models[(transfer.From.Place, stage, round - 1)] = last = model;
        }

        return last.SequenceEqual(model) ? null : FormattableString.Invariant(
            $"{transfer.To} is asked for round {round} of stage '{stage}' with another model than the round before ended with");
    }

    private string? Publish(Transfer transfer, PublishModel published)
    {
        var place = transfer.From.Place;
        var last = pipeline.Ring(published.Stage) is null ? Last(place, published.Stage, pipeline.Rounds[published.Stage])
            : _rings.TryGetValue((place, published.Stage), out var rolled) ? rolled : (ImmutableArray<BlobRef>?)null;
        return last is { } model && model.Take(published.Stage == Stages.Extractor ? publishedParts : 1).SequenceEqual(published.Model) ? null
            : $"{transfer.To} is sent a model of stage '{published.Stage}' that is not what the stage ended with";
    }

    private ImmutableArray<BlobRef>? Last(int place, string stage, int round) => _models.TryGetValue((place, stage, round), out var model) ? model : null;

    private static ImmutableArray<BlobRef> Gate(AggregatorDurable durable, string stage) => durable.Gates.TryGetValue(stage, out var gate) ? [gate] : [];

    private void GoOn(int place, AggregatorDurable begun)
    {
        if (begun.Stage != Stages.Joining)
        {
            _models[(place, Stages.Extractor, Takeovers.Ended(pipeline, begun, Stages.Extractor))] = begun.Extractor;
            _models[(place, Stages.Gate, Takeovers.Ended(pipeline, begun, Stages.Gate))] = Gate(begun, Stages.Gate);
            foreach (var ring in pipeline.Rings)
            {
                _rings[(place, ring.Stage)] = ring.Stage == Stages.Extractor ? begun.Extractor : Gate(begun, ring.Stage);
            }
        }
    }
}
