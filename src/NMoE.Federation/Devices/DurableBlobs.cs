using NMoE.Compute.Blobs;
using NMoE.Federation.Aggregator;
using NMoE.Federation.Client;

namespace NMoE.Federation.Devices;

/// <summary>Blobs that a device still has after a crash: those that its persisted state names.</summary>
public static class DurableBlobs
{
    /// <summary>The blobs that a persisted state names; none for null.</summary>
    public static IEnumerable<BlobRef> Of(object? durable) => durable switch
    {
        ClientDurable client =>
            new[] { client.Extractor, client.Latents, client.Expert, client.Gate, client.Rolled, client.Turn?.Gate.Gate, client.Moments }
                .Concat(Of(client.Own)).Concat(Of(client.Before?.Own)).Concat(client.Opinions.Values).OfType<BlobRef>()
                .Concat(client.Sent?.Update.Blobs ?? []).Concat(client.History.Values.SelectMany(Of).OfType<BlobRef>()),
        AggregatorDurable aggregator =>
            aggregator.Extractor.Concat(aggregator.Velocity).Append(aggregator.Gate).Append(aggregator.Control).Append(aggregator.Rolled).Append(aggregator.PooledMoments).Concat(aggregator.Moments.Values)
                .Concat(aggregator.Correlations.Values.Select(last => last.Correlation)).OfType<BlobRef>()
                .Concat(aggregator.Versions.Values.SelectMany(model => model)).Concat(aggregator.Held?.Blobs ?? []),
        _ => [],
    };

    private static IEnumerable<BlobRef?> Of(OwnParts? own) => own is null ? [] : [own.Predictor, own.Control, own.Extractor];
}
