using NMoE.Compute.Blobs;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Fuzzing.Invariants;

/// <summary>A device sends only blobs that it made or that reached it.</summary>
internal sealed class BlobsComeFromSomewhere : IInvariant
{
    private readonly SortedDictionary<DeviceId, SortedSet<BlobHash>> _known = [];

    public string Name => "blobs-come-from-somewhere";

    public string? See(Happening happening)
    {
        if (happening is not RoleDecided decided)
        {
            return null;
        }

        if (!_known.TryGetValue(decided.Device, out var known))
        {
            _known[decided.Device] = known = [];
        }

        known.UnionWith(decided.Message switch
        {
            Delivery { Message: IMessage message } => message.Blobs.Select(blob => blob.Hash),
            JobFinished job => job.Result.Outputs.Select(blob => blob.Hash),
            _ => [],
        });
        foreach (var send in decided.Effects.Select(effect => effect is SendAgain again ? again.What : effect).OfType<Send>())
        {
            if (send.Message.Blobs.FirstOrDefault(blob => !known.Contains(blob.Hash)) is { } unknown)
            {
                return $"{decided.Device} sends {send.To} a {WireCodec.KindOf(send.Message)} with blob {unknown}, which it neither made nor received";
            }
        }

        return null;
    }
}
