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

/// <summary>Counts of one key, in messages and bytes.</summary>
/// <param name="Messages">Messages sent.</param>
/// <param name="Sent">Bytes sent.</param>
/// <param name="Delivered">Bytes delivered.</param>
/// <param name="Lost">Bytes that reached nobody.</param>
public readonly record struct LedgerEntry(long Messages, long Sent, long Delivered, long Lost)
{
    /// <summary>Bytes on their way.</summary>
    public long InFlight => Sent - Delivered - Lost;
}

/// <summary>Counts every byte. At every instant, bytes sent = delivered + lost + in flight.</summary>
public sealed class Ledger
{
    private readonly SortedDictionary<LedgerKey, LedgerEntry> _entries = [];

    /// <summary>Bytes sent so far, by all.</summary>
    public long TotalSent { get; private set; }

    /// <summary>Bytes on their way now.</summary>
    public long InFlight { get; private set; }

    /// <summary>Bytes delivered so far.</summary>
    public long TotalDelivered { get; private set; }

    /// <summary>Bytes lost so far.</summary>
    public long TotalLost { get; private set; }

    /// <summary>All entries, ordered by stage, from, to and kind.</summary>
    public ImmutableArray<(LedgerKey Key, LedgerEntry Entry)> Entries => [.. _entries.Select(pair => (pair.Key, pair.Value))];

    /// <summary>Counts a transfer that begins.</summary>
    public void Sent(Transfer transfer)
    {
        var entry = Of(transfer);
        Put(transfer, entry with { Messages = entry.Messages + 1, Sent = entry.Sent + transfer.Bytes });
        TotalSent += transfer.Bytes;
        InFlight += transfer.Bytes;
    }

    /// <summary>Counts a transfer that arrived.</summary>
    public void Delivered(Transfer transfer)
    {
        var entry = Of(transfer);
        Put(transfer, entry with { Delivered = entry.Delivered + transfer.Bytes });
        TotalDelivered += transfer.Bytes;
        InFlight -= transfer.Bytes;
        Check();
    }

    /// <summary>Counts a transfer that reached nobody.</summary>
    public void Lost(Transfer transfer)
    {
        var entry = Of(transfer);
        Put(transfer, entry with { Lost = entry.Lost + transfer.Bytes });
        TotalLost += transfer.Bytes;
        InFlight -= transfer.Bytes;
        Check();
    }

    private static LedgerKey Key(Transfer transfer) => new(transfer.Stage, transfer.From, transfer.To, transfer.Kind);

    private LedgerEntry Of(Transfer transfer) => _entries.GetValueOrDefault(Key(transfer));

    private void Put(Transfer transfer, LedgerEntry entry) => _entries[Key(transfer)] = entry;

    private void Check()
    {
        if (InFlight < 0 || TotalSent != TotalDelivered + TotalLost + InFlight)
        {
            throw new SimulationException(FormattableString.Invariant(
                $"The ledger does not balance: {TotalSent} sent, {TotalDelivered} delivered, {TotalLost} lost, {InFlight} in flight."));
        }
    }
}
