using System.Collections.Immutable;
using NMoE.Compute.Blobs;

namespace NMoE.Federation.Protocol;

/// <summary>What devices say to each other over the network.</summary>
public interface IMessage
{
    /// <summary>Blobs that come with the message: the receiver may use them from then on.</summary>
    ImmutableArray<BlobRef> Blobs => [];

    /// <summary>Bytes of tensors that travel with the message.</summary>
    long PayloadBytes => Blobs.Sum(blob => blob.Bytes);

    /// <summary>Channel uses of what is sent in analog form with it, which is no part of its bytes.</summary>
    long ChannelUses => 0;

    /// <summary>Which of its kind it is: a round, a pass and a request, or a ring and a hop; zeros for a kind that has none. What befalls a message goes by that.</summary>
    (int First, int Second) Occasion => default;
}
