using System.Collections.Immutable;
using NMoE.Simulation.Network;
using NMoE.Simulation.Network.Access;

namespace NMoE.Simulation.Tests.Network;

public sealed class AccessTraceTests
{
    private static readonly ImmutableArray<DeviceId> Devices = [DeviceId.Aggregator, new(0), new(1)];

    [Fact]
    public void A_row_holds_until_the_devices_next_one()
    {
        var trace = AccessTrace.Conditions("lte.csv", Lines(AccessTrace.ConditionsHeader, """
            # driving through a tunnel
            0,client-0,5e6,20e6,35.5,0.01
            0, aggregator, 1e9, 1e9, 1, 0

            12.5,client-0,0,0,0,0
            30,client-0,1000000,2000000,50,0
            """), Devices);
        Assert.Equal([DeviceId.Aggregator, new DeviceId(0)], trace.Devices.Keys);
        Assert.Equal(
            [
                new AccessStep(new(0), new(5e6, 20e6) { Delay = TimeSpan.FromMilliseconds(35.5), Loss = 0.01 }),
                new AccessStep(new(125_000_000), new(0, 0)),
                new AccessStep(new(300_000_000), new(1e6, 2e6) { Delay = TimeSpan.FromMilliseconds(50) }),
            ],
            trace.Devices[new DeviceId(0)].Steps.AsEnumerable());
    }

    [Fact]
    public void Devices_are_on_in_the_intervals_of_their_rows()
    {
        var trace = AccessTrace.Intervals("on.csv", Lines(AccessTrace.IntervalsHeader, "client-1,0,10\nclient-0,3,4\nclient-1,10,12.5"), Devices);
        Assert.Equal([new OnInterval(new(0), new(100_000_000)), new(new(100_000_000), new(125_000_000))], trace.Devices[new DeviceId(1)].AsEnumerable());
        Assert.Equal([new OnInterval(new(30_000_000), new(40_000_000))], trace.Devices[new DeviceId(0)].AsEnumerable());
    }

    [Theory]
    [InlineData("0,client-0,-5,1,1,0", 2, "up_bit_s is '-5'. A rate from 0 (off) to 1e13 bit/s is needed.")]
    [InlineData("0,client-0,1,NaN,1,0", 2, "down_bit_s is 'NaN'. A rate from 0 (off) to 1e13 bit/s is needed.")]
    [InlineData("0,client-01,1,1,1,0", 2, "the device 'client-01' is unknown. The devices are aggregator, client-0, client-1.")]
    [InlineData("0,client-99999999999,1,1,1,0", 2, "the device 'client-99999999999' is unknown. The devices are aggregator, client-0, client-1.")]
    [InlineData("0,client-7,1,1,1,0\n0,client-7,1,1,1,0", 3, "time goes backwards: client-7 is at 0.0000000 s after 0.0000000 s. Each row of a device must be later than the one before.")]
    [InlineData("0,client-0,1,5 Mbit/s,1,0", 2, "down_bit_s is '5 Mbit/s'. A rate from 0 (off) to 1e13 bit/s is needed.")]
    [InlineData("0,phone-7,1,1,1,0", 2, "the device 'phone-7' is unknown. The devices are aggregator, client-0, client-1.")]
    [InlineData("0,client-0,1,1,1,0\n9,client-0,1,1,1,0\n8,client-0,1,1,1,0", 4, "time goes backwards: client-0 is at 8.0000000 s after 9.0000000 s. Each row of a device must be later than the one before.")]
    [InlineData("0,client-0,1,1,1,0\n0,client-0,1,1,1,0", 3, "time goes backwards: client-0 is at 0.0000000 s after 0.0000000 s. Each row of a device must be later than the one before.")]
    [InlineData("5,client-0,1,1,1,0", 2, "the first row of client-0 is at 5.0000000 s. It must be at 0, so that it is known what holds from the beginning.")]
    [InlineData("0,client-0,1,1,1,1", 2, "loss is '1'. A probability in [0, 1) is needed.")]
    [InlineData("0,client-0,1,1,-1,0", 2, "delay_ms is '-1'. A delay from 0 to 3600000 ms is needed.")]
    [InlineData("# a comment\n\n0,client-0,1,1", 4, "the row has 4 fields. The 6 fields time_s, device, up_bit_s, down_bit_s, delay_ms, loss are needed.")]
    [InlineData("-1,client-0,1,1,1,0", 2, "time_s is '-1'. Seconds from 0 to 1e11 are needed.")]
    [InlineData("soon,client-0,1,1,1,0", 2, "time_s is 'soon'. Seconds from 0 to 1e11 are needed.")]
    public void A_bad_trace_of_conditions_is_refused_with_its_line(string rows, int line, string message) =>
        IsRefused(() => AccessTrace.Conditions("lte.csv", Lines(AccessTrace.ConditionsHeader, rows), Devices), "lte.csv", line, message);

    [Theory]
    [InlineData("client-0,0,10\nclient-0,9,12", 3, "the interval from 9.0000000 s overlaps that on line 2, until 10.0000000 s. Intervals of a device must follow each other.")]
    [InlineData("client-0,5,10\nclient-1,0,9\nclient-0,1,2", 4, "time goes backwards: client-0 is on from 1.0000000 s after 5.0000000 s on line 2. Intervals of a device must follow each other.")]
    [InlineData("client-0,5,5", 2, "the interval ends at 5.0000000 s, but begins at 5.0000000 s. It must end after it has begun.")]
    [InlineData("nobody,0,1", 2, "the device 'nobody' is unknown. The devices are aggregator, client-0, client-1.")]
    [InlineData("client-0,0", 2, "the row has 2 fields. The 3 fields device, on_from_s, on_until_s are needed.")]
    public void A_bad_trace_of_intervals_is_refused_with_its_line(string rows, int line, string message) =>
        IsRefused(() => AccessTrace.Intervals("on.csv", Lines(AccessTrace.IntervalsHeader, rows), Devices), "on.csv", line, message);

    [Fact]
    public void Rows_of_clients_that_there_are_not_are_read_and_passed_over_with_a_count()
    {
        var trace = AccessTrace.Conditions(
            "lte.csv", Lines(AccessTrace.ConditionsHeader, "0,client-9,1,1,1,0\n0,client-0,1,1,1,0\n5,client-9,2,2,1,0\n0,client-2,1,1,1,0"), Devices);
        Assert.Equal([new DeviceId(0)], trace.Devices.Keys);
        Assert.Equal([new DeviceId(2), new DeviceId(9)], trace.Beyond.AsEnumerable());
        Assert.Equal(3, trace.RowsBeyond);
    }

    [Fact]
    public void A_row_beyond_the_time_after_which_a_trace_repeats_is_refused()
    {
        var day = TimeSpan.FromSeconds(30);
        const string right = "Rows must lie within the time after which the trace repeats.";
        IsRefused(
            () => AccessTrace.Conditions("lte.csv", Lines(AccessTrace.ConditionsHeader, "0,client-0,1,1,1,0\n30,client-0,2,2,1,0"), Devices, day),
            "lte.csv", 3, "the row goes on to 30.0000000 s, but all begins anew after 30.0000000 s. " + right);
        IsRefused(
            () => AccessTrace.Intervals("on.csv", Lines(AccessTrace.IntervalsHeader, "client-0,0,10\nclient-0,20,31"), Devices, day),
            "on.csv", 3, "the row goes on to 31.0000000 s, but all begins anew after 30.0000000 s. " + right);
        Assert.Equal(2, AccessTrace.Intervals("on.csv", Lines(AccessTrace.IntervalsHeader, "client-0,0,10\nclient-0,20,30"), Devices, day).Devices[new DeviceId(0)].Length);
    }

    [Fact]
    public void A_trace_without_its_header_is_refused()
    {
        const string expected = "The first line must be 'device,on_from_s,on_until_s'.";
        IsRefused(() => AccessTrace.Intervals("on.csv", ["client-0,0,1"], Devices), "on.csv", 1, "'client-0,0,1' is not the header. " + expected);
        IsRefused(() => AccessTrace.Intervals("on.csv", ["# nothing"], Devices), "on.csv", 2, "the header is missing. " + expected);
    }

    private static string[] Lines(string header, string rows) => [header, .. rows.ReplaceLineEndings("\n").Split('\n')];

    private static void IsRefused(Action read, string source, int line, string message)
    {
        var refusal = Assert.Throws<TraceException>(read);
        Assert.Equal(line, refusal.Line);
        Assert.Equal($"{source}, line {line}: {message}", refusal.Message);
    }
}
