using NMoE.Chance;
using NMoE.Simulation.Network.Paths;

namespace NMoE.Simulation.Tests.Network;

public sealed class PacketLossTests
{
    [Theory]
    [InlineData(0.001)]
    [InlineData(0.03)]
    [InlineData(0.5)]
    public void Independent_loss_loses_its_share_of_packets_and_the_last_as_often_as_any(double p)
    {
        const int rows = 5000, packets = 400;
        var lost = Rows(new IndependentLoss(p), rows, packets);
        Assert.Equal(p, lost.Sum(row => row.Count) / (double)(rows * packets), 3 * Math.Sqrt(p * (1 - p) / (rows * packets)));
        Assert.Equal(p, lost.Count(row => row.IsLastLost) / (double)rows, 3 * Math.Sqrt(p * (1 - p) / rows));
    }

    [Theory]
    [InlineData(0.01)]
    [InlineData(0.2)]
    [InlineData(0.6)]
    public void Loss_p_costs_1_over_1_minus_p_transmissions(double p)
    {
        const int messages = 400, packets = 500;
        var rules = new Packets(1500, 1000);
        long sent = 0;
        for (uint message = 0; message < messages; message++)
        {
            var row = rules.Of(packets * 1500);
            for (uint round = 0; row.Count > 0; round++)
            {
                sent += row.Count;
                row = rules.Again(row, new IndependentLoss(p).Send(row.Count, new Draws(3, message, round)));
            }
        }

        // Transmissions of a packet are geometric: variance p / (1 - p)^2.
        var error = Math.Sqrt(p) / (1 - p) / Math.Sqrt(messages * packets);
        Assert.Equal(1 / (1 - p), sent / (double)(messages * packets), 3 * error);
    }

    [Theory]
    [InlineData(0.01, 0.25, 0.001, 0.6)]
    [InlineData(0.2, 0.1, 0, 1)]
    [InlineData(1, 1, 0, 1)]
    [InlineData(0, 0.5, 0.02, 0.9)]
    public void Gilbert_Elliott_loss_is_that_of_the_stationary_chain(double goodToBad, double badToGood, double inGood, double inBad)
    {
        const int rows = 400, packets = 5000;
        var loss = new GilbertElliottLoss(goodToBad, badToGood, inGood, inBad);
        var bad = goodToBad / (goodToBad + badToGood);
        var stationary = ((1 - bad) * inGood) + (bad * inBad);
        Assert.Equal(stationary, loss.StationaryLoss, 1e-15);

        // Losses of a state are independent; the states' autocorrelation falls by a factor a packet.
        var factor = 1 - goodToBad - badToGood;
        var variance = ((1 - bad) * inGood * (1 - inGood)) + (bad * inBad * (1 - inBad))
            + (bad * (1 - bad) * Math.Pow(inBad - inGood, 2) * (1 + factor) / (1 - factor));
        var error = Math.Sqrt((variance + 1e-9) / ((double)rows * packets));
        Assert.Equal(stationary, Rows(loss, rows, packets).Sum(row => row.Count) / ((double)rows * packets), 3 * error);
    }

    [Fact]
    public void Gilbert_Elliott_losses_come_in_bursts()
    {
        // Two packets in a row: the second is lost too if the path stays bad.
        const int rows = 100_000;
        var lost = Rows(new GilbertElliottLoss(0.05, 0.2, 0, 1), rows, 2);
        double both = 0.2 * 0.8, second = 0.2;
        Assert.Equal(both, lost.Count(row => row.Count == 2) / (double)rows, 3 * Math.Sqrt(both * (1 - both) / rows));
        Assert.Equal(second, lost.Count(row => row.IsLastLost) / (double)rows, 3 * Math.Sqrt(second * (1 - second) / rows));
    }

    [Fact]
    public void Loss_beside_loss_lets_through_the_product_of_what_each_lets_through()
    {
        Assert.Equal(1 - (0.9 * 0.8), new IndependentLoss(0.1).Beside(0.2).StationaryLoss, 1e-15);
        var bursts = new GilbertElliottLoss(0.1, 0.3, 0.01, 0.5);
        Assert.Equal(1 - ((1 - bursts.StationaryLoss) * 0.8), bursts.Beside(0.2).StationaryLoss, 1e-15);
        Assert.Same(bursts, bursts.Beside(0));
    }

    [Fact]
    public void A_message_is_cut_into_packets_of_which_the_last_may_be_short()
    {
        var rules = new Packets();
        Assert.Equal(new PacketRow(3, 4000, 1000), rules.Of(4000));
        Assert.Equal(new PacketRow(2, 3000, 1500), rules.Of(3000));
        Assert.Equal(new PacketRow(0, 0, 0), rules.Of(0));
        Assert.Equal(new PacketRow(2, 2500, 1000), rules.Again(rules.Of(4000), new LostPackets(2, true)));
        Assert.Equal(new PacketRow(2, 3000, 1500), rules.Again(rules.Of(4000), new LostPackets(2, false)));
    }

    [Fact]
    public void What_is_no_probability_of_a_loss_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new IndependentLoss(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new IndependentLoss(double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => new GilbertElliottLoss(0.1, 0, 0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new GilbertElliottLoss(0.1, 0.1, 1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new GilbertElliottLoss(1.1, 0.1, 0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Packets(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Packets(1500, 0));
    }

    private static LostPackets[] Rows(PacketLoss loss, int rows, long packets) =>
        [.. Enumerable.Range(0, rows).Select(row => loss.Send(packets, new Draws(5, 1, (uint)row)))];
}
