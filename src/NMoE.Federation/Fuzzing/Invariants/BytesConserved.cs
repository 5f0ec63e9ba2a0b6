using NMoE.Simulation.Network;

namespace NMoE.Federation.Fuzzing.Invariants;

/// <summary>
/// What was sent or duplicated was delivered, was lost or is in flight, and so were the bytes that left for it, those sent again and those wasted included: counted here
/// transfer by transfer, and compared with the ledger.
/// </summary>
internal sealed class BytesConserved(Ledger ledger) : IInvariant
{
    private readonly Dictionary<long, long> _flying = [];
    private long _begun;
    private long _delivered;
    private long _lost;
    private long _again;
    private long _wasted;
    private long _left;

    public string Name => "bytes-conserved";

    public string? See(Happening happening) => happening switch
    {
        TransferBegan began => Begin(began),
        TransferEnded ended => End(ended),
        EventOver => Compare(),
        RunOver => CompareEntries(),
        _ => null,
    };

    private string? Begin(TransferBegan began)
    {
        _begun += began.Transfer.Bytes;
        return _flying.TryAdd(began.Number, began.Transfer.Bytes) ? null : FormattableString.Invariant($"transfer {began.Number} began twice");
    }

    private string? End(TransferEnded ended)
    {
        if (!_flying.Remove(ended.Number, out var bytes))
        {
            return FormattableString.Invariant($"transfer {ended.Number} ended that was not in flight");
        }

        var isLost = ended.End == TransferEnd.Lost;
        _delivered += isLost ? 0 : bytes;
        _lost += isLost ? bytes : 0;
        _wasted += isLost ? ended.Air.Total : 0;
        _again += ended.Air.Again;
        _left += isLost ? ended.Air.Total : bytes + ended.Air.Again;

        // All of it leaves for what arrives, or nothing where both ends are in one place.
        return ended.Air.First < 0 || ended.Air.Again < 0 || ended.Air.First > bytes || (!isLost && ended.Air.First != bytes && ended.Air.Total != 0)
            ? FormattableString.Invariant($"{ended.Air.First} of {bytes} bytes left for transfer {ended.Number}, which was {ended.End}")
            : null;
    }

    private string? Compare() =>
        Differ("sent and duplicated", _begun, ledger.TotalSent + ledger.TotalDuplicated)
        ?? Differ("delivered", _delivered, ledger.TotalDelivered)
        ?? Differ("lost", _lost, ledger.TotalLost)
        ?? Differ("sent again", _again, ledger.TotalRetransmitted)
        ?? Differ("wasted", _wasted, ledger.TotalWasted)
        ?? Differ("gone from their senders", _left, ledger.TotalTraffic)
        ?? Differ("in flight", _begun - _delivered - _lost, ledger.InFlight);

    private string? CompareEntries()
    {
        var entries = ledger.Entries;
        return Compare()
            ?? Differ("sent and duplicated, by entry", _begun, entries.Sum(item => item.Entry.Sent + item.Entry.Duplicated))
            ?? Differ("delivered, by entry", _delivered, entries.Sum(item => item.Entry.Delivered))
            ?? Differ("lost, by entry", _lost, entries.Sum(item => item.Entry.Lost))
            ?? Differ("sent again, by entry", _again, entries.Sum(item => item.Entry.Retransmitted))
            ?? Differ("wasted, by entry", _wasted, entries.Sum(item => item.Entry.Wasted))
            ?? Differ("gone from their senders, by entry", _left, entries.Sum(item => item.Entry.Traffic));
    }

    private static string? Differ(string what, long counted, long ledger) => counted == ledger
        ? null
        : FormattableString.Invariant($"{counted} bytes were {what}, and the ledger has {ledger}");
}
