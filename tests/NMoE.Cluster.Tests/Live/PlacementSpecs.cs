using NMoE.Cluster.Live;
using NMoE.Cluster.Live.Hosting;
using NMoE.Cluster.Live.Ports;
using NMoE.Simulation.Network;

namespace NMoE.Cluster.Tests.Live;

public sealed class PlacementSpecs
{
    private static readonly LedgerKey Key = new("gate", DeviceId.Aggregator, new DeviceId(0), "TrainRound");

    [Fact]
    public void Clients_are_dealt_in_order_over_all_nodes_but_the_first()
    {
        var placement = new Placement(5, 3);

        Assert.Empty(placement.ClientsOf(0).ToArray());
        Assert.Equal([0, 2, 4], placement.ClientsOf(1).ToArray());
        Assert.Equal([1, 3], placement.ClientsOf(2).ToArray());
    }

    [Fact]
    public void A_node_alone_has_everything() => Assert.Equal([0, 1, 2], new Placement(3, 1).ClientsOf(0).ToArray());

    [Fact]
    public void A_run_is_not_over_before_every_client_has_said_that_it_is_through()
    {
        var work = new WorkTable(2);
        work.Hear(Standing([DeviceId.Aggregator], [DeviceId.Supervisor, new(0)]));
        Assert.False(work.IsDone);

        work.Hear(Standing([], [DeviceId.Aggregator]));
        Assert.False(work.IsDone);

        work.Hear(Standing([], [new(1)]));
        Assert.True(work.IsDone);
    }

    [Fact]
    public void A_device_that_begins_to_wait_again_has_work_again()
    {
        var work = new WorkTable(0);
        work.Hear(Standing([], [DeviceId.Supervisor]));
        work.Hear(Standing([DeviceId.Supervisor], []));

        Assert.False(work.IsDone);
    }

    [Fact]
    public void Sums_that_are_said_twice_count_once_and_a_node_that_lives_again_counts_anew()
    {
        var counts = new LiveCounts();
        Assert.True(counts.Heard("a#1", new(1), [(Key, new LedgerEntry(1, 100, 0, 0))]));
        Assert.False(counts.Heard("a#1", new(2), [(Key, new LedgerEntry(1, 100, 0, 0))]));
        counts.Heard("a#1", new(3), [(Key, new LedgerEntry(2, 200, 100, 0) { MessagesDelivered = 1 })]);
        counts.Heard("a#2", new(4), [(Key, new LedgerEntry(1, 50, 50, 0) { MessagesDelivered = 1 })]);

        var ledger = new Ledger();
        foreach (var (_, key, more) in counts.Close(new(5)))
        {
            ledger.Add(key, more);
        }

        // 100 B of the first life never arrived.
        Assert.Equal((250, 150, 100, 0), (ledger.TotalSent, ledger.TotalDelivered, ledger.TotalLost, ledger.InFlight));
        Assert.Equal((3, 2, 1), (ledger.Entries[0].Entry.Messages, ledger.Entries[0].Entry.MessagesDelivered, ledger.Entries[0].Entry.MessagesLost));
    }

    private static Standing Standing(DeviceId[] waits, DeviceId[] finished) =>
        new("r", [.. waits.Select(device => (device, "something"))], [.. finished], [], Last: false, "");
}
