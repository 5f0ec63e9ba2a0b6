using NMoE.Simulation.Network;

namespace NMoE.Federation.Fuzzing.Invariants;

/// <summary>What was sent or duplicated was delivered, was lost or is in flight: counted here transfer by transfer, and compared with the ledger.</summary>
internal sealed class BytesConserved(Ledger ledger) : IInvariant
{
    private readonly Dictionary<long, long> _flying = [];
    private long _begun;
    private long _delivered;
    private long _lost;

    /// <inheritdoc/>
    public string Name => "bytes-conserved";

    /// <inheritdoc/>
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

        _delivered += ended.End == TransferEnd.Delivered ? bytes : 0;
        _lost += ended.End == TransferEnd.Lost ? bytes : 0;
        return null;
    }

    private string? Compare() =>
        Differ("sent and duplicated", _begun, ledger.TotalSent + ledger.TotalDuplicated)
        ?? Differ("delivered", _delivered, ledger.TotalDelivered)
        ?? Differ("lost", _lost, ledger.TotalLost)
        ?? Differ("in flight", _begun - _delivered - _lost, ledger.InFlight);

    private string? CompareEntries()
    {
        var entries = ledger.Entries;
        return Compare()
            ?? Differ("sent and duplicated, by entry", _begun, entries.Sum(item => item.Entry.Sent + item.Entry.Duplicated))
            ?? Differ("delivered, by entry", _delivered, entries.Sum(item => item.Entry.Delivered))
            ?? Differ("lost, by entry", _lost, entries.Sum(item => item.Entry.Lost));
    }

    private static string? Differ(string what, long counted, long ledger) => counted == ledger
        ? null
        : FormattableString.Invariant($"{counted} bytes were {what}, and the ledger has {ledger}");
}
