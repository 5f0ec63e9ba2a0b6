using NMoE.Simulation.Network.Access;
using NMoE.Simulation.Time;

namespace NMoE.Simulation.Tests.Network;

public sealed class AccessScheduleTests
{
    private static readonly AccessConditions Slow = new(1e6, 2e6) { Delay = TimeSpan.FromMilliseconds(30), Loss = 0.1 };
    private static readonly AccessConditions Fast = new(3e6, 4e6);

    /// <summary>Slow from 0, fast from 10, anew every 30: the next change after 29 s is at 30 s, after 30 s at 40 s.</summary>
    [Fact]
    public void A_schedule_with_a_period_begins_anew()
    {
        var schedule = new AccessSchedule([new(At(0), Slow), new(At(10), Fast)]) { Period = TimeSpan.FromSeconds(30) };
        Assert.Equal([Slow, Fast, Slow, Slow, Fast, Fast], new long[] { 0, 29, 30, 39, 40, 10_031 }.Select(second => schedule.At(At(second))));
        Assert.Equal([At(10), At(30), At(40), At(60)], new long[] { 0, 10, 30, 40 }.Select(second => schedule.NextChange(At(second))!.Value));
        Assert.Null(new AccessSchedule([new(At(0), Slow)]) { Period = TimeSpan.FromSeconds(30) }.NextChange(At(31)));
    }

    /// <summary>On from 2 to 4 and from 9 to 12 of every 20 s, over an access that turns fast at 10 s, once.</summary>
    [Fact]
    public void Intervals_with_a_period_switch_an_access_that_has_none()
    {
        var schedule = Availability.Of(new AccessSchedule([new(At(0), Slow), new(At(10), Fast)]), [new(At(2), At(4)), new(At(9), At(12))], TimeSpan.FromSeconds(20));
        Assert.Equal([0, 1, 0, 1, 2, 0, 2, 0], new long[] { 1, 2, 4, 9, 10, 12, 22, 25 }.Select(second => schedule.At(At(second))).Select(now => now.Up == 0 ? 0 : now == Slow ? 1 : 2));
        Assert.Equal([At(2), At(4), At(9), At(10), At(12), At(20), At(22)], Changes(schedule).Take(7));
        Assert.Equal((At(2), null), (schedule.OnFrom!.Value, schedule.OffFrom));
    }

    [Fact]
    public void An_access_that_is_off_at_first_or_for_good_says_from_when()
    {
        var (off, deaf) = (AccessConditions.Off, Slow with { Down = 0 });
        Assert.Equal((At(0), null), Ends(new([new(At(0), Slow), new(At(5), off), new(At(9), Fast)])));
        Assert.Equal((At(0), At(5)), Ends(new([new(At(0), Slow), new(At(5), off), new(At(9), deaf)])));
        Assert.Equal((At(5), At(9)), Ends(new([new(At(0), off), new(At(5), Slow), new(At(9), deaf)])));
        Assert.Equal((null, At(0)), Ends(new([new(At(0), off)])));
        Assert.Equal((At(5), null), Ends(new([new(At(0), off), new(At(5), Slow), new(At(9), off)]) { Period = TimeSpan.FromSeconds(10) }));
        Assert.Equal((At(3), At(4)), Ends(Availability.Of(AccessSchedule.Constant(Slow), [new(At(3), At(4))], TimeSpan.Zero)));
    }

    private static (VirtualTime? On, VirtualTime? Off) Ends(AccessSchedule schedule) => (schedule.OnFrom, schedule.OffFrom);

    private static IEnumerable<VirtualTime> Changes(AccessSchedule schedule)
    {
        for (var at = schedule.NextChange(At(0)); at is { } time; at = schedule.NextChange(time))
            yield return time;
    }

    [Fact]
    public void A_step_holds_from_its_instant_to_the_tick_before_the_next()
    {
        var schedule = new AccessSchedule([new(At(0), Slow), new(At(10), Fast), new(At(20), Slow)]);
        Assert.Equal(Slow, schedule.At(At(0)));
        Assert.Equal(Slow, schedule.At(new(At(10).Ticks - 1)));
        Assert.Equal(Fast, schedule.At(At(10)));
        Assert.Equal(Slow, schedule.At(At(500)));
        Assert.Equal(At(10), schedule.NextChange(At(0)));
        Assert.Equal(At(20), schedule.NextChange(At(10)));
        Assert.Null(schedule.NextChange(At(20)));
    }

    [Fact]
    public void A_schedule_out_of_order_or_range_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new AccessSchedule([]));
        Assert.Throws<ArgumentException>(() => new AccessSchedule([new(At(1), Slow)]));
        Assert.Throws<ArgumentException>(() => new AccessSchedule([new(At(0), Slow), new(At(5), Fast), new(At(5), Slow)]));
        Assert.Throws<ArgumentException>(() => new AccessSchedule([new(At(0), Slow with { Up = -1 })]));
        Assert.Throws<ArgumentException>(() => new AccessSchedule([new(At(0), Slow with { Down = double.NaN })]));
        Assert.Throws<ArgumentException>(() => new AccessSchedule([new(At(0), Slow with { Loss = 1 })]));
    }

    [Fact]
    public void Outside_its_intervals_a_device_is_off()
    {
        var always = new AccessSchedule([new(At(0), Slow), new(At(10), Fast)]);
        var schedule = Availability.Of(always, [new(At(2), At(4)), new(At(4), At(5)), new(At(9), At(12))]);
        var off = Slow with { Up = 0, Down = 0 };
        Assert.Equal(
            [
                new AccessStep(At(0), off), new(At(2), Slow), new(At(5), off), new(At(9), Slow), new(At(10), Fast),
                new(At(12), Fast with { Up = 0, Down = 0 }),
            ],
            schedule.Steps.AsEnumerable());
        Assert.Throws<ArgumentException>(() => Availability.Of(always, [new(At(2), At(4)), new(At(3), At(5))]));
        Assert.Throws<ArgumentException>(() => Availability.Of(always, [new(At(2), At(2))]));
    }

    [Fact]
    public void The_capacity_of_a_radio_link_is_that_of_Shannon()
    {
        // 23 dBm over 1 MHz at 100 m: 40 + 3 * 20 dB lost, noise -174 + 60 + 9 dBm, so SNR is 28 dB, 630.957; 10^6 log2(631.957) = 9303683.4.
        var link = new RadioLink(1e6, 23, 3, 40) { NoiseFigure = 9 };
        Assert.Equal(100, link.PathLoss(100), 1e-9);
        Assert.Equal(28, link.SignalToNoise(100), 1e-9);
        Assert.Equal(9_303_683, link.BitsPerSecond(100));

        // At an SNR of 0 dB the capacity is the bandwidth; nearer than a metre nothing changes.
        Assert.Equal(1e6, (link with { TransmitPower = -5 }).BitsPerSecond(100), 1);
        Assert.Equal(link.BitsPerSecond(1), link.BitsPerSecond(0));
    }

    [Fact]
    public void A_device_that_moves_away_has_the_rates_of_its_distance_each_interval()
    {
        var link = new RadioLink(1e6, 23, 3, 40);
        var schedule = Mobility.Schedule(
            [new(At(0), 100), new(At(2), 300), new(At(3), 300), new(At(4), 50)], TimeSpan.FromSeconds(1), link, link with { TransmitPower = 30 });
        double[] metres = [100, 200, 300, 50];
        Assert.Equal([At(0), At(1), At(2), At(4)], schedule.Steps.Select(step => step.From));
        Assert.Equal(metres.Select(link.BitsPerSecond), schedule.Steps.Select(step => step.Conditions.Up));
        Assert.True(schedule.Steps.All(step => step.Conditions.Down > step.Conditions.Up));
    }

    [Fact]
    public void A_track_out_of_order_or_range_is_refused()
    {
        var link = new RadioLink(1e6, 23, 3, 40);
        AccessSchedule Move(params TrackPoint[] track) => Mobility.Schedule(track, TimeSpan.FromSeconds(1), link, link);
        Assert.Throws<ArgumentException>(() => Move());
        Assert.Throws<ArgumentException>(() => Move(new(At(1), 5), new TrackPoint(At(1), 6)));
        Assert.Throws<ArgumentException>(() => Move(new TrackPoint(At(1), -5)));
    }

    private static VirtualTime At(long seconds) => new(seconds * TimeSpan.TicksPerSecond);
}
