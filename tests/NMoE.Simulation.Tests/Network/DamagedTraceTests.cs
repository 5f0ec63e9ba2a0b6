using System.Text;
using NMoE.Simulation.Network;

namespace NMoE.Simulation.Tests.Network;

/// <summary>Hurt traces are refused by name, or every value in them is one that a device can have.</summary>
public sealed class DamagedTraceTests
{
    private static readonly DeviceId[] Devices = [DeviceId.Supervisor, DeviceId.Aggregator, new(0), new(1)];

    [Fact]
    public void A_hurt_trace_of_conditions() => Read(
        "# measured\ntime_s,device,up_bit_s,down_bit_s,delay_ms,loss\n0,client-0,5e6,20000000,12.5,0\n0,client-1,1,1,0,0.01\n10,client-0,0,0,0,0.5\n12.25,client-1,7,7,7,0.7\n",
        lines => Assert.All(AccessTrace.Conditions("t.csv", lines, Devices).Devices.Values.SelectMany(schedule => schedule.Steps), step =>
        {
            Assert.InRange(step.Conditions.Up, 0, 1e13);
            Assert.InRange(step.Conditions.Down, 0, 1e13);
            Assert.InRange(step.Conditions.Loss, 0, 0.9999999999999999);
            Assert.InRange(step.Conditions.Delay.TotalHours, 0, 1);
        }));

    [Fact]
    public void A_hurt_table_of_intervals() => Read(
        "device,on_from_s,on_until_s\nclient-0,0,10\nclient-1,3,4.5\nclient-0,12,99\nclient-1,5,6\n",
        lines => Assert.All(AccessTrace.Intervals("t.csv", lines, Devices).Devices.Values, intervals =>
            Assert.All(intervals.Zip(intervals.Skip(1)), pair => Assert.True(pair.First.Until.CompareTo(pair.Second.From) <= 0))));

    private static void Read(string whole, Action<string[]> look) => Assert.InRange(
        Damage.Read<TraceException>(Encoding.UTF8.GetBytes(whole), bytes => look(Text(bytes).Split('\n')), "t.csv, line "), 1, Damage.Cases - 1);

    /// <summary>As files are opened: by their byte-order mark, else UTF-8.</summary>
    private static string Text(byte[] bytes)
    {
        using var reader = new StreamReader(new MemoryStream(bytes));
        return reader.ReadToEnd();
    }
}
