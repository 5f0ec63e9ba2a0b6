using NMoE.Compute.Blobs;
using NMoE.Federation.Aggregator;
using NMoE.Federation.Client;

namespace NMoE.Federation.Devices;

/// <summary>Blobs that a device still has after a crash: those that its persisted state names.</summary>
internal static class DurableBlobs
{
    public static IEnumerable<BlobRef> Of(object? durable) => durable switch
    {
        ClientDurable client =>
            new[] { client.Extractor, client.Predictor, client.Head?.Predictor, client.Latents, client.Expert, client.Gate }
                .Concat(client.Opinions.Values).OfType<BlobRef>(),
        AggregatorDurable aggregator =>
            aggregator.Extractor.Concat(aggregator.Velocity).Append(aggregator.Gate)
                .Concat(aggregator.Correlations.Values.Select(last => last.Correlation)).OfType<BlobRef>(),
        _ => [],
    };
}
