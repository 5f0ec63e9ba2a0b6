using NMoE.Federation.Protocol;
using NMoE.Simulation.Network;

namespace NMoE.Cluster.Live;

/// <summary>Standings to and from their Protobuf form.</summary>
internal static class StandingForms
{
    /// <summary>As many counts fit in a message with room to spare.</summary>
    public const int MostCounts = 400;

    private const int MostDevices = 4096;
    private const int MostText = 256;

    /// <summary>The Protobuf form.</summary>
    public static Wire.Standing Write(Standing standing) => new()
    {
        Run = standing.Run,
        Waits = { standing.Waits.Select(wait => new Wire.Wait { Device = wait.Device.Number, What = wait.What }) },
        Finished = { standing.Finished.Select(device => device.Number) },
        Ledger = { standing.Ledger.Select(item => Count(item.Key, item.Entry)) },
        Last = standing.Last,
        Failure = standing.Failure,
    };

    /// <summary>The standing of an encoded form.</summary>
    /// <exception cref="WireException">It is none.</exception>
    public static Standing Read(Wire.Standing form)
    {
        if (form.Waits.Count > MostDevices || form.Finished.Count > MostDevices || form.Ledger.Count > MostCounts)
        {
            throw new WireException("A standing names more than a node can have.");
        }

        return new(
            RunName.Check(form.Run),
            [.. form.Waits.Select(wait => (LiveForms.Device(wait.Device), wait.What))],
            [.. form.Finished.Select(LiveForms.Device)],
            [.. form.Ledger.Select(Count)],
            form.Last, form.Failure);
    }

    private static Wire.Count Count(LedgerKey key, LedgerEntry entry) => new()
    {
        Stage = key.Stage,
        From = key.From.Number,
        To = key.To.Number,
        Kind = key.Kind,
        Messages = (ulong)entry.Messages,
        Sent = (ulong)entry.Sent,
        Delivered = (ulong)entry.Delivered,
        Lost = (ulong)entry.Lost,
        Wasted = (ulong)entry.Wasted,
        MessagesDelivered = (ulong)entry.MessagesDelivered,
        MessagesLost = (ulong)entry.MessagesLost,
        Duplicated = (ulong)entry.Duplicated,
        Retransmitted = (ulong)entry.Retransmitted,
        Traffic = (ulong)entry.Traffic,
        MessagesDuplicated = (ulong)entry.MessagesDuplicated,
        ChannelUses = (ulong)entry.ChannelUses,
    };

    private static (LedgerKey Key, LedgerEntry Entry) Count(Wire.Count form) => form is { Stage.Length: <= MostText, Kind.Length: <= MostText }
        ? (new LedgerKey(form.Stage, LiveForms.Device(form.From), LiveForms.Device(form.To), form.Kind),
            new LedgerEntry(LiveForms.Size(form.Messages), LiveForms.Size(form.Sent), LiveForms.Size(form.Delivered), LiveForms.Size(form.Lost))
            {
                Wasted = LiveForms.Size(form.Wasted),
                MessagesDelivered = LiveForms.Size(form.MessagesDelivered),
                MessagesLost = LiveForms.Size(form.MessagesLost),
                Duplicated = LiveForms.Size(form.Duplicated),
                Retransmitted = LiveForms.Size(form.Retransmitted),
                Traffic = LiveForms.Size(form.Traffic),
                MessagesDuplicated = LiveForms.Size(form.MessagesDuplicated),
                ChannelUses = LiveForms.Size(form.ChannelUses),
            })
        : throw new WireException("A count names a stage or a kind that is none.");
}
