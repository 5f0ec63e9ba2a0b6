using NMoE.Simulation.Time;
using NMoE.Simulation.Tracing;

namespace NMoE.Simulation.Tests.Tracing;

public sealed class TraceDifferenceSpecs
{
    private static readonly TracedEvent[] Events = [.. Enumerable.Range(1, 9).Select(number => Numbered(number, 100))];

    [Fact]
    public void Equal_traces_do_not_differ()
    {
        Assert.Null(TraceDifference.Find(Events, Events.ToArray(), 3));
        Assert.Null(TraceDifference.Find([], [], 3));
    }

    [Fact]
    public void The_first_event_that_differs_is_named_in_both_versions_with_those_just_before()
    {
        TracedEvent[] other = [.. Events[..6], Numbered(7, 101), Numbered(8, 999), Events[8]];
        var found = TraceDifference.Find(Events, other, 3)!;
        Assert.Equal((7L, Events[6], Numbered(7, 101)), (found.Number, found.First!.Value, found.Second!.Value));
        Assert.Equal(Events[3..6], found.Before);
    }

    [Fact]
    public void Nothing_comes_before_the_first_event()
    {
        var found = TraceDifference.Find(Events, [Numbered(1, 1)], 3)!;
        Assert.Equal((1L, 0), (found.Number, found.Before.Length));
    }

    [Fact]
    public void A_trace_that_ends_early_differs_where_it_ends()
    {
        var found = TraceDifference.Find(Events[..4], Events, 3)!;
        Assert.Equal((5L, null, Events[4]), (found.Number, found.First, found.Second!.Value));
        Assert.Equal(Events[4], TraceDifference.Find(Events, Events[..4], 3)!.First);
    }

    private static TracedEvent Numbered(int number, long bytes) => new(new VirtualTime(number), "client-0", "aggregator", "RoundUpdate", bytes);
}
