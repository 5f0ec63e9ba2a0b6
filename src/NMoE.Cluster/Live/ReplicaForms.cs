using Google.Protobuf;
using NMoE.Federation.Protocol;
using static NMoE.Cluster.Live.LiveForms;

namespace NMoE.Cluster.Live;

/// <summary>Replicas to and from their Protobuf form.</summary>
internal static class ReplicaForms
{
    /// <summary>More than a server lets be seen before a keeper answers: a word on each client, and the ends of some rounds.</summary>
    public const int MostObserved = 1024;

    /// <summary>The Protobuf form.</summary>
    public static Wire.Replica Write(Replica replica) => new()
    {
        Device = replica.Device.Number,
        Version = (ulong)replica.Version,
        Durable = UnsafeByteOperations.UnsafeWrap(replica.Durable),
        Blobs = { replica.Blobs.Select(Blob) },
        Observed = { replica.Observed.Select(SeenForms.Write) },
    };

    /// <summary>The replica of an encoded form.</summary>
    /// <exception cref="WireException">It is none.</exception>
    public static Replica Read(Wire.Replica form)
    {
        var replica = new Replica(Device(form.Device), Size(form.Version), form.Durable.Memory, [.. Most(form.Blobs, MostBlobs).Select(Blob)])
        {
            Observed = [.. Most(form.Observed, MostObserved).Select(SeenForms.Read)],
        };
        return replica.Observed.All(seen => seen.Mark is { } mark && mark.Device == replica.Device && mark.Version <= replica.Version)
            ? replica
            : throw new WireException(FormattableString.Invariant($"A state of version {replica.Version} of the {replica.Device} came with what another let be seen."));
    }
}
