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

    /// <summary>The bound's own example: 1460 B, 70 ms and a loss of 10 % let 0.6 Mbit/s through, whatever the link; of 1 % sqrt(10) times as much.</summary>
    [Theory]
    [InlineData(1460, 70, 0.1, 643_731.31)]
    [InlineData(1460, 70, 0.01, 2_035_657.14)]
    [InlineData(1460, 140, 0.01, 1_017_828.57)]
    [InlineData(730, 70, 0.01, 1_017_828.57)]
    [InlineData(1460, 70, 0, double.PositiveInfinity)]
    [InlineData(1460, 0, 0.1, double.PositiveInfinity)]
    public void Tcp_is_bounded_by_segment_round_trip_and_loss(int segment, double milliseconds, double loss, double expected) =>
        Assert.Equal(expected, TcpBound.BitsPerSecond(segment, TimeSpan.FromMilliseconds(milliseconds), loss), double.IsInfinity(expected) ? 0 : 1);

    /// <summary>A link of 12 Mbit/s, 20 ms there and back, one of 100 packets lost: 1.22 x 12 000 / (0.02 x 0.1) = 7.32 Mbit/s. A link below that decides alone; so does one whose share sinks below it.</summary>
    [Theory]
    [InlineData(12e6, 1, 7.32e6)]
    [InlineData(100e6, 1, 7.32e6)]
    [InlineData(5e6, 1, 5e6)]
    [InlineData(12e6, 3, 4e6)]
    [InlineData(24e6, 3, 7.32e6)]
    public void Under_tcp_a_long_transfer_has_the_bound_or_its_share_whichever_is_less(double rate, int transfers, double expected)
    {
        const long packets = 20_000;
        Path = new(new ConstantDelay(Delay), new IndependentLoss(0.01));
        Accesses[Client(0)] = Rates(rate, rate);
        var channel = Tcp();
        for (var number = 0; number < transfers; number++)
            Begin(channel, Client(0), Client(number + 1), packets * 1500, number);
        Pass(TimeSpan.FromHours(1));
        Assert.Equal(transfers, Ends.Count);

        // What is lost flows again: 1 / (1 - p) of the bytes, and a few round trips.
        Assert.InRange(packets * 12_000 / 0.99 / Ends.Max(item => item.At.Seconds), 0.985 * expected, 1.005 * expected);
    }

    /// <summary>What one leaves others have: a transfer that TCP holds back costs a link its bytes alone.</summary>
    [Fact]
    public void What_tcp_holds_back_costs_others_no_more_than_its_bytes()
    {
        const long packets = 20_000;
        Path = new(new ConstantDelay(Delay), new IndependentLoss(0.01));
        Accesses[Server] = Rates(1, 100e6);
        Accesses[Client(0)] = Rates(3e6, 1);
        var channel = Tcp();
        Begin(channel, Client(0), Server, packets * 1500);
        foreach (var number in Enumerable.Range(1, 20))
            Begin(channel, Client(number), Server, packets * 1500, number);
        Pass(TimeSpan.FromHours(1));

        // 20 x 7.32 Mbit/s are more than the link has: they share what the slow one's 3 Mbit/s leave.
        Assert.Equal(20 * packets * 12_000 / 0.99 / 97e6, Ends.Where(item => item.Transfer.From != Client(0)).Max(item => item.At.Seconds), 2.0);
    }

    /// <summary>Time in which a device is off is not the transfer's.</summary>
    [Fact]
    public void A_hold_gives_tcp_no_head_start()
    {
        Path = new(new ConstantDelay(Delay), new IndependentLoss(0.01));
        var channel = Tcp();
        var flight = Begin(channel, Client(0), Server, 20_000 * 1500);
        At(1, flight.Hold);
        At(101, flight.Release);
        Pass(TimeSpan.FromHours(1));
        var held = Assert.Single(Ends).At.Seconds;
        Ends.Clear();
        var begun = World.Now;
        Begin(channel, Client(0), Server, 20_000 * 1500);
        Pass(TimeSpan.FromHours(1));
        Assert.Equal(held - 100, (Assert.Single(Ends).At - begun).TotalSeconds, 6);
    }

    /// <summary>Without losses TCP is what links are: no bit of such experiments changes.</summary>
    [Fact]
    public void Without_losses_tcp_is_the_links()
    {
        Path = new(new ConstantDelay(Delay), new IndependentLoss(0));
        Begin(Tcp(), Client(0), Server, 1_500_000);
        Pass(TimeSpan.FromMinutes(1));
        Assert.Equal(Second(1.010), Assert.Single(Ends).At);
    }

    private SharedChannel Tcp() => new(World, Seed, Packets, device => Accesses.GetValueOrDefault(device, AccessSchedule.Constant(AccessConditions.Unlimited)), (_, _) => Path) { IsTcp = true };
}
