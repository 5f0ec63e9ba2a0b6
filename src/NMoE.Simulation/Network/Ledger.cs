using System.Collections.Immutable;

namespace NMoE.Simulation.Network;

/// <summary>What bytes are counted under.</summary>
/// <param name="Stage">Stage of the experiment.</param>
/// <param name="From">Sender.</param>
/// <param name="To">Receiver.</param>
/// <param name="Kind">Kind of message.</param>
public sealed record LedgerKey(string Stage, DeviceId From, DeviceId To, string Kind) : IComparable<LedgerKey>
{
    /// <inheritdoc/>
    public int CompareTo(LedgerKey? other) => other is null ? 1
        : string.CompareOrdinal(Stage, other.Stage) is not 0 and var stage ? stage
        : From.CompareTo(other.From) is not 0 and var from ? from
        : To.CompareTo(other.To) is not 0 and var to ? to
        : string.CompareOrdinal(Kind, other.Kind);
}

/// <summary>Counts of one key, in messages and bytes. A message counts with all its bytes as long as it is on its way, is delivered or is lost.</summary>
/// <param name="Messages">Messages sent.</param>
/// <param name="Sent">Bytes of messages sent.</param>
/// <param name="Delivered">Bytes delivered, copies included.</param>
/// <param name="Lost">Bytes that reached nobody, copies included.</param>
public readonly record struct LedgerEntry(long Messages, long Sent, long Delivered, long Lost)
{
    /// <summary>Bytes of copies that a fault made of messages.</summary>
    public long Duplicated { get; init; }

    /// <summary>Bytes that were sent again because packets were lost, of messages that have been delivered or lost. They stand beside the bytes sent.</summary>
    public long Retransmitted { get; init; }

    /// <summary>Bytes that had left the sender for nothing when their message was lost, those sent again included.</summary>
    public long Wasted { get; init; }

    /// <summary>Bytes that left the sender, of messages that have been delivered or lost: what was sent again included, and of what was cut off only what had gone.</summary>
    public long Traffic { get; init; }

    /// <summary>Copies that a fault made of messages.</summary>
    public long MessagesDuplicated { get; init; }

    /// <summary>Messages delivered, copies included.</summary>
    public long MessagesDelivered { get; init; }

    /// <summary>Messages that reached nobody, copies included.</summary>
    public long MessagesLost { get; init; }

    /// <summary>Channel uses of what was sent in analog form, copies included: no bytes, and in none of the other counts.</summary>
    public long ChannelUses { get; init; }

    /// <summary>Bytes on their way.</summary>
    public long InFlight => Sent + Duplicated - Delivered - Lost;

    /// <summary>Both together.</summary>
    public LedgerEntry Plus(LedgerEntry more) => new(Messages + more.Messages, Sent + more.Sent, Delivered + more.Delivered, Lost + more.Lost)
    {
        Duplicated = Duplicated + more.Duplicated,
        Retransmitted = Retransmitted + more.Retransmitted,
        Wasted = Wasted + more.Wasted,
        Traffic = Traffic + more.Traffic,
        MessagesDuplicated = MessagesDuplicated + more.MessagesDuplicated,
        MessagesDelivered = MessagesDelivered + more.MessagesDelivered,
        MessagesLost = MessagesLost + more.MessagesLost,
        ChannelUses = ChannelUses + more.ChannelUses,
    };

    /// <summary>What this has more than an earlier count of the same.</summary>
    public LedgerEntry Since(LedgerEntry earlier) => new(Messages - earlier.Messages, Sent - earlier.Sent, Delivered - earlier.Delivered, Lost - earlier.Lost)
    {
        Duplicated = Duplicated - earlier.Duplicated,
        Retransmitted = Retransmitted - earlier.Retransmitted,
        Wasted = Wasted - earlier.Wasted,
        Traffic = Traffic - earlier.Traffic,
        MessagesDuplicated = MessagesDuplicated - earlier.MessagesDuplicated,
        MessagesDelivered = MessagesDelivered - earlier.MessagesDelivered,
        MessagesLost = MessagesLost - earlier.MessagesLost,
        ChannelUses = ChannelUses - earlier.ChannelUses,
    };
}

/// <summary>Counts every byte. At every instant, bytes sent + duplicated = delivered + lost + in flight.</summary>
public sealed class Ledger
{
    private readonly List<LedgerColumn> _columns = [];

    /// <summary>Bytes sent so far, by all.</summary>
    public long TotalSent { get; private set; }

    /// <summary>Bytes of copies so far.</summary>
    public long TotalDuplicated { get; private set; }

    /// <summary>Bytes on their way now.</summary>
    public long InFlight { get; private set; }

    /// <summary>Bytes delivered so far.</summary>
    public long TotalDelivered { get; private set; }

    /// <summary>Bytes lost so far.</summary>
    public long TotalLost { get; private set; }

    /// <summary>Bytes that were sent again so far.</summary>
    public long TotalRetransmitted { get; private set; }

    /// <summary>Bytes that had left their sender for nothing so far.</summary>
    public long TotalWasted { get; private set; }

    /// <summary>Bytes that left their senders, of messages that have been delivered or lost: what was sent again included, and of what was cut off only what had gone.</summary>
    public long TotalTraffic { get; private set; }

    /// <summary>All entries, ordered by stage, from, to and kind.</summary>
    public ImmutableArray<(LedgerKey Key, LedgerEntry Entry)> Entries => [.. _columns.SelectMany(column => column.All.Select(item => (Key: new LedgerKey(column.Stage, item.From, item.To, column.Kind), item.Entry))).OrderBy(item => item.Key)];

    /// <summary>The same summed over clients: <see cref="LedgerKey.From"/> and <see cref="LedgerKey.To"/> are the first client where they stand for all.</summary>
    public ImmutableArray<(LedgerKey Key, LedgerEntry Entry)> Sums =>
    [
        .. _columns.SelectMany(column => column.All.Select(item => (Key: new LedgerKey(column.Stage, Any(item.From), Any(item.To), column.Kind), item.Entry)))
            .GroupBy(item => item.Key).Select(same => (same.Key, same.Aggregate(default(LedgerEntry), (sum, item) => sum.Plus(item.Entry)))).OrderBy(item => item.Key),
    ];

    /// <summary>Counts a message that is sent.</summary>
    public void Sent(Transfer transfer)
    {
        ref var entry = ref Of(transfer);
        entry = entry with { Messages = entry.Messages + 1, Sent = entry.Sent + transfer.Bytes, ChannelUses = entry.ChannelUses + transfer.ChannelUses };
        TotalSent += transfer.Bytes;
        InFlight += transfer.Bytes;
    }

    /// <summary>Counts a copy of a message, which from now on is on its way too.</summary>
    public void Duplicated(Transfer transfer)
    {
        ref var entry = ref Of(transfer);
        entry = entry with { Duplicated = entry.Duplicated + transfer.Bytes, MessagesDuplicated = entry.MessagesDuplicated + 1, ChannelUses = entry.ChannelUses + transfer.ChannelUses };
        TotalDuplicated += transfer.Bytes;
        InFlight += transfer.Bytes;
    }

    /// <summary>Counts a transfer that arrived.</summary>
    /// <param name="transfer">The transfer.</param>
    /// <param name="air">What left the sender for it.</param>
    public void Delivered(Transfer transfer, AirBytes air)
    {
        ref var entry = ref Of(transfer);
        entry = entry with
        {
            Delivered = entry.Delivered + transfer.Bytes,
            MessagesDelivered = entry.MessagesDelivered + 1,
            Retransmitted = entry.Retransmitted + air.Again,
            Traffic = entry.Traffic + transfer.Bytes + air.Again,
        };
        TotalTraffic += transfer.Bytes + air.Again;
        TotalDelivered += transfer.Bytes;
        TotalRetransmitted += air.Again;
        InFlight -= transfer.Bytes;
        Check(transfer, entry);
    }

    /// <summary>Counts a transfer that reached nobody.</summary>
    /// <param name="transfer">The transfer.</param>
    /// <param name="air">What left the sender for it.</param>
    public void Lost(Transfer transfer, AirBytes air)
    {
        ref var entry = ref Of(transfer);
        entry = entry with
        {
            Lost = entry.Lost + transfer.Bytes,
            MessagesLost = entry.MessagesLost + 1,
            Retransmitted = entry.Retransmitted + air.Again,
            Wasted = entry.Wasted + air.Total,
            Traffic = entry.Traffic + air.Total,
        };
        TotalTraffic += air.Total;
        TotalLost += transfer.Bytes;
        TotalRetransmitted += air.Again;
        TotalWasted += air.Total;
        InFlight -= transfer.Bytes;
        Check(transfer, entry);
    }

    /// <summary>Counts what another ledger counted, such as that of another node.</summary>
    /// <param name="key">What it is counted under.</param>
    /// <param name="more">Counts that come on top.</param>
    public void Add(LedgerKey key, LedgerEntry more)
    {
        ArgumentNullException.ThrowIfNull(key);
        ref var entry = ref Column(key.Stage, key.Kind).Of(key.From, key.To);
        entry = entry.Plus(more);
        TotalSent += more.Sent;
        TotalDuplicated += more.Duplicated;
        TotalDelivered += more.Delivered;
        TotalLost += more.Lost;
        TotalRetransmitted += more.Retransmitted;
        TotalWasted += more.Wasted;
        TotalTraffic += more.Traffic;
        InFlight += more.InFlight;
    }

    /// <summary>Where a message is counted.</summary>
    private ref LedgerEntry Of(Transfer transfer) => ref Column(transfer.Stage, transfer.Kind).Of(transfer.From, transfer.To);

    /// <summary>There are few, and stages and kinds are the same strings most of the time.</summary>
    private LedgerColumn Column(string stage, string kind)
    {
        foreach (var column in _columns)
        {
            if (ReferenceEquals(column.Stage, stage) && ReferenceEquals(column.Kind, kind))
            {
                return column;
            }
        }

        foreach (var column in _columns)
        {
            if (column.Stage == stage && column.Kind == kind)
            {
                return column;
            }
        }

        _columns.Add(new LedgerColumn(stage, kind));
        return _columns[^1];
    }

    private static DeviceId Any(DeviceId device) => device.IsClient ? DeviceId.Client(0) : device;

    private void Check(Transfer transfer, LedgerEntry entry)
    {
        if (entry.InFlight < 0 || InFlight < 0 || TotalSent + TotalDuplicated != TotalDelivered + TotalLost + InFlight)
        {
            throw new SimulationException(FormattableString.Invariant(
                $"The ledger does not balance after '{transfer.Kind}' from {transfer.From} to {transfer.To}: {TotalSent} sent, {TotalDuplicated} duplicated, ")
                + FormattableString.Invariant($"{TotalDelivered} delivered, {TotalLost} lost, {InFlight} in flight."));
        }
    }
}
