using System.Text;

namespace NMoE.Cli.Tests.StrangeInput;

/// <summary>Tables of what links and devices were like. The file is <c>t.csv</c>; it is read before anything runs.</summary>
internal static class TraceRows
{
    private const string TraceHead = "time_s,device,up_bit_s,down_bit_s,delay_ms,loss\n";
    private const string IntervalHead = "device,on_from_s,on_until_s\n";

    public static Row[] All =>
    [
        Trace("a trace that is empty", "", "t.csv: the file is empty", "a trace with its header"),
        Trace("a trace of comments alone", "# nothing\n", "t.csv:", "time_s,device,up_bit_s,down_bit_s,delay_ms,loss"),
        Trace("a trace with another head", "a,b\n1,2\n", "t.csv:1", "time_s"),
        Trace("a rate below 0", TraceHead + "0,client-0,5000000,-5,1,0", "t.csv:2: channel.trace: down_bit_s is '-5'", "0 (off) to 1e13"),
        Trace("a rate that is no number", TraceHead + "0,client-0,many,5,1,0", "t.csv:2: channel.trace: up_bit_s is 'many'"),
        Trace("a rate without end", TraceHead + "0,client-0,Infinity,5,1,0", "t.csv:2: channel.trace: up_bit_s"),
        Trace("a loss of all", TraceHead + "0,client-0,5,5,1,1", "t.csv:2: channel.trace: loss is '1'"),
        Trace("a delay below 0", TraceHead + "0,client-0,5,5,-1,0", "t.csv:2: channel.trace: delay_ms is '-1'"),
        Trace("a time below 0", TraceHead + "-1,client-0,5,5,1,0", "t.csv:2: channel.trace: time_s is '-1'"),
        Trace("a field too few", TraceHead + "0,client-0,1,1,1", "t.csv:2: channel.trace: the row has 5 fields"),
        Trace("a field too many", TraceHead + "0,client-0,1,1,1,0,9", "t.csv:2: channel.trace: the row has 7 fields"),
        Trace("times that go back", TraceHead + "0,client-0,1,1,1,0\n5,client-0,1,1,1,0\n3,client-0,1,1,1,0", "t.csv:4: channel.trace: time goes backwards"),
        Trace("a quote that is not closed", TraceHead + "0,\"client-0,1,1,1,0", "t.csv:2"),
        new("a trace that is not there", "run x.conf --set channel.model=shared --set channel.trace=t.csv", 2, "channel.trace", "t.csv"),
        new("a folder in place of a trace", "run x.conf --set channel.model=shared --set channel.trace=t.csv", 2, "channel.trace", "t.csv") { Arranged = place => place.MakeFolder("t.csv") },
        new("a trace of UTF-16", "run x.conf --set channel.model=shared --set channel.trace=t.csv", 2, "t.csv") { Arranged = place => place.Write("t.csv", Encoding.Unicode.GetBytes(TraceHead + "0,client-0,1,1,1,0")) },
        Named("a file of clients that is empty", "", "t.csv: the file is empty"),
        Named("a file of clients without clients", "picture\n0", "t.csv:1: data.partition-file: the column 'client' is missing", "picture,client"),
        Named("a picture of two clients", "picture,client\n0,0\n1,1\n0,1", "t.csv:4: data.partition-file: picture 0 is named twice, first in line 2", "A picture is of one client"),
        Named("a client beyond the last", "picture,client\n0,77", "t.csv:2: data.partition-file: there is no client 77", "experiment.clients"),
        Named("a picture beyond the last", "picture,client\n0,0\n77777,1", "t.csv:3: there is no picture 77777", "0 to 4999"),
        new("a file of clients that is not there", "run x.conf --set data.partition=file --set data.partition-file=t.csv", 2, "data.partition-file", "t.csv"),
        new("a partition by a file that is not named", "run x.conf --set data.partition=file", 2, "data.partition-file", "no file is named"),
        Interval("intervals with a trace's head", TraceHead + "0,client-0,1,1,1,0", "t.csv:1"),
        Interval("an interval that ends before it begins", IntervalHead + "client-0,9,3", "t.csv:2: channel.intervals"),
        Interval("an interval of no time", IntervalHead + "client-0,now,3", "t.csv:2: channel.intervals: on_from_s is 'now'"),
        Interval("a field too few in an interval", IntervalHead + "client-0,1", "t.csv:2: channel.intervals: the row has 2 fields"),
    ];

    private static Row Trace(string name, string text, params string[] says) => Row(name, "channel.trace", text, says);

    private static Row Named(string name, string text, params string[] says) =>
        new(name, "run x.conf --set data.partition=file --set data.partition-file=t.csv", 2, says) { Arranged = place => place.Write("t.csv", text) };

    private static Row Interval(string name, string text, params string[] says) => Row(name, "channel.intervals", text, says);

    private static Row Row(string name, string key, string text, string[] says) =>
        new(name, $"run x.conf --set channel.model=shared --set {key}=t.csv", 2, says) { Arranged = place => place.Write("t.csv", text) };
}
