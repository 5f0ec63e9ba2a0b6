using NMoE.Federation.Configuration;
using NMoE.Federation.Sweeps;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Tests.Configuration;

public sealed class TraceFileTests
{
    private const string Header = "time_s,device,up_bit_s,down_bit_s,delay_ms,loss\n";
    private const string On = "device,on_from_s,on_until_s\n";
    private const string Names = "experiment.clients = 2\nchannel { model = shared, trace = a.csv, intervals = on.csv }";

    [Fact]
    public void Traces_are_read_where_the_configuration_names_them()
    {
        var traces = Read(("a.csv", Header + "0,client-1,1000,2000,5,0\r\n9,client-1,0,0,5,0\r\n"), ("on.csv", On + "client-0,2,4\n")).Settings.Channel.Traces;

        Assert.Equal([(0.0, 1000.0), (9, 0)], traces.Conditions[new DeviceId(1)].Steps.Select(step => (step.From.Seconds, step.Conditions.Up)));
        Assert.Equal((2.0, 4.0), traces.Intervals[new DeviceId(0)].Select(on => (on.From.Seconds, on.Until.Seconds)).Single());
        Assert.Equal([1], traces.Conditions.Keys.Select(device => device.Number));
    }

    [Fact]
    public void The_hash_goes_by_what_a_trace_says_and_not_by_where_it_lies()
    {
        const string row = "0,client-1,1000,2000,5,0\n";
        var first = Read(("a.csv", Header + row), ("on.csv", On));
        var moved = Experiments.ReadFiles((Experiments.File, Names), [("elsewhere/b.csv", Header + row), ("on.csv", On)], "channel.trace=elsewhere/b.csv");
        var faster = Read(("a.csv", Header + row.Replace("1000", "1001", StringComparison.Ordinal)), ("on.csv", On));
        var on = Read(("a.csv", Header + row), ("on.csv", On + "client-0,2,4\n"));

        Assert.Equal(first.ConfigHash, moved.ConfigHash);
        Assert.Equal(4, new[] { first, faster, on, Experiments.Read("experiment.clients = 2\nchannel.model = shared") }.Select(read => read.ConfigHash).Distinct().Count());
        Assert.Contains("channel.trace = \"elsewhere/b.csv\"", moved.Render(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0,phone-2,1,1,1,0", "", "a.csv", 2, "channel.trace", "the device 'phone-2' is unknown")]
    [InlineData("0,client-1,1,1,1,0\n0,client-0,1,-1,1,0", "", "a.csv", 3, "channel.trace", "down_bit_s is '-1'")]
    [InlineData("0,client-1,1,1,1,0\n\n# late\n7,client-0,1,1,1,0", "", "a.csv", 5, "channel.trace", "the first row of client-0 is at 7.0000000 s")]
    [InlineData("0,client-1,1,1", "", "a.csv", 2, "channel.trace", "the row has 4 fields")]
    [InlineData("", "client-0,2,4\nclient-0,3,5", "on.csv", 3, "channel.intervals", "the interval from 3.0000000 s overlaps that on line 2")]
    [InlineData("", "nobody,2,4", "on.csv", 2, "channel.intervals", "the device 'nobody' is unknown")]
    public void A_wrong_row_is_refused_with_its_file_and_line(string rows, string on, string file, int line, string key, string problem)
    {
        var refused = Assert.Throws<ConfigurationException>(() => Read(("a.csv", Header + rows), ("on.csv", On + on)));

        Assert.Equal((file, line, key), (refused.File, refused.Line, refused.Key));
        Assert.StartsWith(problem, refused.Problem, StringComparison.Ordinal);
        Assert.StartsWith($"{file}:{line}: {key}: ", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("base-station", "supervisor", "The devices are aggregator, client-0, client-1")]
    [InlineData("client", "aggregator", "The devices are supervisor, client-0, client-1")]
    public void A_server_that_uses_the_access_of_another_device_has_none_of_its_own_to_name(string place, string server, string remedy)
    {
        var refused = Assert.Throws<ConfigurationException>(() => Experiments.ReadFiles(
            (Experiments.File, Names), [("a.csv", $"{Header}0,{server},1,1,1,0"), ("on.csv", On)], $"aggregator.place={place}"));

        Assert.Equal((2, remedy), (refused.Line, refused.Remedy));
    }

    [Fact]
    public void What_is_passed_over_begins_late_or_ends_is_told_before_anything_runs()
    {
        var rows = string.Concat(Enumerable.Range(2, 12).Select(client => $"0,client-{client},1,1,1,0\n"));
        Assert.Equal(
            [
                "channel.trace: a.csv: 12 rows of clients that this experiment does not have are passed over: client-2, client-3, client-4, client-5, client-6, client-7, client-8, client-9, client-10, client-11, and 2 more.",
                "channel.trace: a.csv: off for good: client-1 from 9.5 s. channel.trace-repeat lets a trace begin anew.",
                "channel.intervals: on.csv: off at first: client-0 until 2 s.",
                "channel.intervals: on.csv: off for good: client-0 from 4 s. channel.trace-repeat lets a trace begin anew.",
            ],
            Read(("a.csv", Header + "0,client-1,1,1,1,0\n9.5,client-1,0,0,1,0\n" + rows), ("on.csv", On + "client-0,2,4")).Settings.Channel.Traces.Warnings.AsEnumerable());
        Assert.Equal(
            ["channel.intervals: on.csv: 1 rows of clients that this experiment does not have are passed over: client-2. No row of the file is of a device that there is."],
            Read(("a.csv", Header), ("on.csv", On + "client-2,0,4")).Settings.Channel.Traces.Warnings.AsEnumerable());
    }

    [Fact]
    public void A_trace_that_repeats_ends_for_nobody_and_is_another_experiment()
    {
        var files = new[] { ("a.csv", Header), ("on.csv", On + "client-0,2,4") };
        var repeated = Experiments.ReadFiles((Experiments.File, Names), files, "channel.trace-repeat=10 s");
        Assert.Equal(["channel.intervals: on.csv: off at first: client-0 until 2 s."], repeated.Settings.Channel.Traces.Warnings.AsEnumerable());
        Assert.NotEqual(Read(files).ConfigHash, repeated.ConfigHash);
        Assert.Contains("channel.trace-repeat = never", Read(files).Render(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_trace_is_refused_where_it_is_named()
    {
        var refused = Assert.Throws<ConfigurationException>(() => Read(("a.csv", Header)));

        Assert.Equal((Experiments.File, 2, "channel.intervals", "there is no file 'on.csv'"), (refused.File, refused.Line, refused.Key, refused.Problem));
    }

    [Fact]
    public void A_sweep_reads_the_traces_of_its_experiments()
    {
        const string text = "experiment { name = sweep, clients = 1 }\nchannel.model = shared\nsweep.axes.net { a { channel.trace = a.csv }, b { channel.trace = b.csv } }";
        var plan = SweepReader.Read("s.conf", [], [], file => file switch
        {
            "s.conf" => text,
            "a.csv" => Header + "0,client-0,1,1,1,0",
            _ => Header + "0,client-0,2,2,1,0",
        });

        Assert.Equal([1.0, 2.0], plan.Points.Select(point => point.Configuration.Settings.Channel.Traces.Conditions[new DeviceId(0)].Steps[0].Conditions.Up));
        Assert.Equal(2, plan.Points.Select(point => point.Configuration.ConfigHash).Distinct().Count());
    }

    private static EffectiveConfiguration Read(params (string Name, string Text)[] files) => Experiments.ReadFiles((Experiments.File, Names), files);
}
