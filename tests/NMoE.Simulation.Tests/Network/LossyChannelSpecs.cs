using NMoE.Simulation.Network;
using NMoE.Simulation.Network.Access;
using NMoE.Simulation.Network.Paths;

namespace NMoE.Simulation.Tests.Network;

public sealed class LossyChannelSpecs : ChannelSpec
{
    private const double Rate = 12e6;
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(10);

    public LossyChannelSpecs() => Accesses[Client(0)] = Rates(Rate, Rate);

    [Fact]
    public void Each_round_of_lost_packets_costs_their_bytes_and_a_round_trip()
    {
        // 1500 bytes at 12 Mbit/s are a millisecond. Rounds and losses are those of the message's own draws.
        Path = new(new ConstantDelay(Delay), new IndependentLoss(0.3));
        const long packets = 200;
        var row = Packets.Of(packets * 1500);
        var (sent, rounds) = (0L, 0);
        for (; row.Count > 0; rounds++)
        {
            sent += row.Count;
            row = Packets.Again(row, Path.Loss.Send(row.Count, new MessageChance(Seed, Message(Client(0), Server, 1)).Losses(rounds)));
        }

        Assert.InRange(rounds, 2, Packets.Rounds);
        var flight = Begin(Channel(), Client(0), Server, packets * 1500);
        Pass(TimeSpan.FromMinutes(1));
        var (_, end, at) = Assert.Single(Ends);
        Assert.Equal(FlightEnd.Arrived, end);
        Assert.Equal(Second((sent / 1000.0) + 0.010 + ((rounds - 1) * 0.020)), at);
        Assert.Equal(new AirBytes(packets * 1500, (sent - packets) * 1500), flight.OnAir);
    }

    [Fact]
    public void Loss_p_costs_1_over_1_minus_p_times_the_bytes()
    {
        const double p = 0.1;
        const int messages = 300, packets = 100;
        Packets = new(1500, 100);
        Path = new(new ConstantDelay(Delay), new IndependentLoss(p));
        var channel = Channel();
        var flights = Enumerable.Range(0, messages).Select(i => Begin(channel, Client(0), Server, packets * 1500, i)).ToArray();
        Pass(TimeSpan.FromHours(1));
        Assert.Equal(messages, Ends.Count(item => item.End == FlightEnd.Arrived));
        var error = Math.Sqrt(p) / (1 - p) / Math.Sqrt(messages * packets);
        Assert.Equal(1 / (1 - p), flights.Sum(flight => flight.OnAir.Total) / (messages * packets * 1500.0), 3 * error);
    }

    [Fact]
    public void A_transfer_is_lost_as_a_whole_when_its_rounds_are_used_up()
    {
        Packets = new(1500, 3);
        Path = new(new ConstantDelay(Delay), new IndependentLoss(0.9));
        var flight = Begin(Channel(), Client(0), Server, 1_500_000);
        Pass(TimeSpan.FromMinutes(1));
        Assert.Equal(FlightEnd.Lost, Assert.Single(Ends).End);
        Assert.InRange(flight.OnAir.Again, 2 * 750_000, 2 * 1_500_000);
    }

    [Fact]
    public void A_message_meets_the_same_luck_whatever_else_is_sent()
    {
        Path = new(new LogNormalDelay(Delay, 1), new IndependentLoss(0.2));
        var alone = Begin(Channel(), Client(0), Server, 300_000, 5);
        Pass(TimeSpan.FromHours(1));
        var aloneAt = Ends[^1].At.Ticks;
        var crowd = Channel();
        for (var i = 0; i < 5; i++)
        {
            Begin(crowd, Client(0), Client(3), 1000, i);
        }

        Pass(TimeSpan.FromHours(1));
        var begun = World.Now.Ticks;
        var again = Begin(crowd, Client(0), Server, 300_000, 5);
        Pass(TimeSpan.FromHours(1));
        Assert.Equal(alone.OnAir, again.OnAir);
        Assert.Equal(aloneAt, Ends[^1].At.Ticks - begun);
        var other = Begin(crowd, Client(0), Server, 300_000, 6);
        Pass(TimeSpan.FromHours(1));
        Assert.NotEqual(alone.OnAir, other.OnAir);
    }

    [Fact]
    public void Seed_stage_kind_ends_occasion_number_and_copy_all_make_another_luck()
    {
        var message = Message(Client(1), Client(2), 100, 3);
        double[] lucks =
        [
            new MessageChance(1, message).Delay(),
            new MessageChance(2, message).Delay(),
            new MessageChance(1, message with { Stage = "stag", Kind = "eupdate" }).Delay(),
            new MessageChance(1, message with { Kind = "invite" }).Delay(),
            new MessageChance(1, message with { From = Client(2), To = Client(1) }).Delay(),
            new MessageChance(1, message with { Occasion = (3, 0) }).Delay(),
            new MessageChance(1, message with { Occasion = (0, 3) }).Delay(),
            new MessageChance(1, message with { Number = 4 }).Delay(),
            new MessageChance(1, message with { Copy = 1 }).Delay(),
            new MessageChance(1, message).Losses(0).NextOpen(),
            new MessageChance(1, message).Losses(1).NextOpen(),
        ];
        Assert.Equal(lucks.Length, lucks.Distinct().Count());
        Assert.Equal(lucks[0], new MessageChance(1, message with { Bytes = 7, Message = "other" }).Delay());
    }

    [Fact]
    public void The_loss_of_both_accesses_adds_to_that_of_the_path()
    {
        // 1 - 0.9 * 0.8 * 0.75 = 0.46 of a row.
        Accesses[Client(0)] = AccessSchedule.Constant(new(Rate, Rate) { Loss = 0.1 });
        Accesses[Server] = AccessSchedule.Constant(new(Rate, Rate) { Loss = 0.2 });
        Path = new(new ConstantDelay(Delay), new IndependentLoss(0.25));
        Packets = new(1500, 2);
        const int packets = 100_000;
        var flight = Begin(Channel(), Client(0), Server, packets * 1500);
        Pass(TimeSpan.FromHours(1));
        Assert.Equal(0.46, flight.OnAir.Again / (packets * 1500.0), 3 * Math.Sqrt(0.46 * 0.54 / packets));
    }

    [Fact]
    public void What_is_sent_again_counts_as_it_leaves()
    {
        Path = new(new ConstantDelay(Delay), new IndependentLoss(0.5));
        var lost = Path.Loss.Send(100, new MessageChance(Seed, Message(Client(0), Server, 1)).Losses(0)).Count;
        var flight = Begin(Channel(), Client(0), Server, 150_000);
        At(0.05, () => Assert.Equal(new AirBytes(75_000, 0), flight.OnAir));
        At(0.11, () => Assert.Equal(new AirBytes(150_000, 0), flight.OnAir));
        At(0.13, () => Assert.Equal(new AirBytes(150_000, 10 * 1500), flight.OnAir));
        At(0.121 + (lost / 1000.0), () => Assert.Equal(new AirBytes(150_000, lost * 1500), flight.OnAir));
        Pass(TimeSpan.FromMinutes(1));
    }
}
