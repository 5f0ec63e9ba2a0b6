using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Federation.Aggregator;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Learning.Models;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Fuzzing.Invariants;

/// <summary>The parts of a model stand in their order in every message: each has the size that it was drawn with, or that it has compressed.</summary>
internal sealed class PartsKeepTheirPlaces(Model model, UpdateTravel travel) : IInvariant
{
    private readonly SortedDictionary<ModelPart, long> _bytes = [];

    public string Name => "parts-keep-their-places";

    public string? See(Happening happening)
    {
        switch (happening)
        {
            case RoleDecided { After: AggregatorState, Message: JobFinished { Tag: InitialTag tag } job }:
                _bytes[tag.Part] = job.Result.Outputs[0].Bytes;
                return null;
            case TransferBegan { Transfer: var transfer }:
                return transfer.Message switch
                {
                    TrainRound { Stage: Stages.Extractor } round => Check(transfer, round.Model, model.SharedParts, travel.IsExactDown ? Drawn : travel.DownBytesOf),
                    Correlate asked => Check(transfer, asked.Model, model.SharedParts, Drawn),
                    RoundUpdate { Stage: Stages.Extractor } update => Check(transfer, update.Model, model.SharedParts, travel.IsExact ? Drawn : travel.BytesOf),
                    PublishModel { Stage: Stages.Extractor } published => Check(transfer, published.Model, model.SharedParts[..model.PublishedParts], Drawn),
                    _ => null,
                };
            default:
                return null;
        }
    }

    private long Drawn(ModelPart part) => _bytes.GetValueOrDefault(part);

    private string? Check(Transfer transfer, ImmutableArray<BlobRef> model, ImmutableArray<ModelPart> parts, Func<ModelPart, long> bytesOf) =>
        model.Select(blob => blob.Bytes).SequenceEqual(parts.Select(bytesOf))
            ? null
            : FormattableString.Invariant($"{transfer.From} sends {transfer.To} a {transfer.Kind} whose parts are not {string.Join(", ", parts)}, in this order");
}
