using NMoE.Simulation.Network;

namespace NMoE.Simulation.Tests.Network;

public sealed class LedgerTests
{
    private static readonly Transfer Update = new(new DeviceId(1), DeviceId.Aggregator, "extractor", "update", 1000, "");

    [Fact]
    public void Each_count_of_another_ledger_comes_on_top_and_can_be_taken_off_again()
    {
        object counts = new LedgerEntry(1, 2, 3, 4);
        var number = 5L;
        foreach (var count in typeof(LedgerEntry).GetProperties().Where(count => count.CanWrite && (long)count.GetValue(counts)! == 0))
            count.SetValue(counts, number++);
        var entry = (LedgerEntry)counts;

        Assert.Equal(entry, default(LedgerEntry).Plus(entry));
        Assert.Equal(entry, entry.Plus(entry).Since(entry));
        var ledger = new Ledger();
        ledger.Add(new LedgerKey("extractor", new DeviceId(1), DeviceId.Aggregator, "update"), entry);
        Assert.Equal(
            (entry.Sent, entry.Duplicated, entry.Delivered, entry.Lost, entry.Retransmitted, entry.Wasted, entry.Traffic),
            (ledger.TotalSent, ledger.TotalDuplicated, ledger.TotalDelivered, ledger.TotalLost, ledger.TotalRetransmitted, ledger.TotalWasted, ledger.TotalTraffic));
    }

    [Fact]
    public void A_copy_is_on_its_way_beside_its_message_and_balances_with_it()
    {
        var ledger = new Ledger();
        ledger.Sent(Update);
        ledger.Duplicated(Update);
        Assert.Equal((2000, 1000), (ledger.InFlight, ledger.TotalDuplicated));
        ledger.Delivered(Update, new AirBytes(1000, 0));
        ledger.Lost(Update, new AirBytes(400, 0));
        Assert.Equal(new LedgerEntry(1, 1000, 1000, 1000) { Duplicated = 1000, Wasted = 400, Traffic = 1400, MessagesDuplicated = 1, MessagesDelivered = 1, MessagesLost = 1 }, Assert.Single(ledger.Entries).Entry);
        Assert.Equal(ledger.TotalSent + ledger.TotalDuplicated, ledger.TotalDelivered + ledger.TotalLost + ledger.InFlight);
    }

    [Fact]
    public void Bytes_sent_again_stand_beside_those_sent_and_are_wasted_with_a_lost_message()
    {
        var ledger = new Ledger();
        ledger.Sent(Update);
        ledger.Sent(Update);
        ledger.Delivered(Update, new AirBytes(1000, 300));
        ledger.Lost(Update, new AirBytes(1000, 200));
        Assert.Equal(new LedgerEntry(2, 2000, 1000, 1000) { Retransmitted = 500, Wasted = 1200, Traffic = 2500, MessagesDelivered = 1, MessagesLost = 1 }, Assert.Single(ledger.Entries).Entry);
        Assert.Equal((500, 1200), (ledger.TotalRetransmitted, ledger.TotalWasted));
    }

    /// <summary>It once counted whole when it was sent, although none of it had left.</summary>
    [Fact]
    public void Traffic_is_what_left_the_senders_and_what_a_partition_keeps_is_none()
    {
        var ledger = new Ledger();
        ledger.Sent(Update);
        Assert.Equal(0, ledger.TotalTraffic);
        ledger.Lost(Update, default);
        Assert.Equal(0, ledger.TotalTraffic);
        ledger.Sent(Update);
        ledger.Delivered(Update, new AirBytes(1000, 300));
        ledger.Sent(Update);
        ledger.Lost(Update, new AirBytes(1000, 200));
        Assert.Equal((2500, 2500), (ledger.TotalTraffic, Assert.Single(ledger.Entries).Entry.Traffic));
    }

    [Fact]
    public void What_was_never_sent_cannot_be_delivered()
    {
        var ledger = new Ledger();
        ledger.Sent(Update with { Kind = "invite" });
        var unbalanced = Assert.Throws<SimulationException>(() => ledger.Delivered(Update, default));
        Assert.Contains("after 'update' from client-1 to aggregator", unbalanced.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_other_ledgers_counted_adds_up_key_by_key_and_in_all()
    {
        var (here, there, both) = (new Ledger(), new Ledger(), new Ledger());
        here.Sent(Update);
        here.Delivered(Update, new AirBytes(1000, 0));
        there.Sent(Update);
        there.Lost(Update, new AirBytes(400, 0));
        there.Sent(Update with { Kind = "join" });
        foreach (var (key, entry) in here.Entries.Concat(there.Entries))
        {
            both.Add(key, entry);
        }

        Assert.Equal(["join", "update"], both.Entries.Select(item => item.Key.Kind));
        Assert.Equal(new LedgerEntry(2, 2000, 1000, 1000) { Wasted = 400, Traffic = 1400, MessagesDelivered = 1, MessagesLost = 1 }, both.Entries[1].Entry);
        Assert.Equal((3000, 1000, 1000, 1000, 400), (both.TotalSent, both.TotalDelivered, both.TotalLost, both.InFlight, both.TotalWasted));
    }

    [Fact]
    public void What_has_grown_since_an_earlier_count_makes_up_for_it()
    {
        var earlier = new LedgerEntry(2, 2000, 1000, 0) { Wasted = 5, MessagesDelivered = 1, Duplicated = 3, Retransmitted = 4, MessagesDuplicated = 1, MessagesLost = 2 };
        var later = new LedgerEntry(5, 5000, 3000, 1000) { Wasted = 6, MessagesDelivered = 3, Duplicated = 4, Retransmitted = 6, MessagesDuplicated = 2, MessagesLost = 5 };

        Assert.Equal(later, earlier.Plus(later.Since(earlier)));
    }
}
