using System.Collections.Immutable;
using NMoE.Cluster.Live.Hosting;

namespace NMoE.Cluster.Tests.Live;

/// <summary>What a node says while it waits for a run to begin, with a clock that is set.</summary>
public sealed class RollCallSpecs : IAsyncDisposable
{
    private readonly LiveCluster _cluster = new();
    private readonly SetClock _clock = new();
    private readonly List<string> _said = [];
    private string? _gaveUp;

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public void Who_is_here_is_said_at_each_change_and_each_minute_until_patience_is_over()
    {
        var roll = Roll();

        Look(roll, 0);
        Look(roll, 4);
        Assert.Empty(_said);
        Look(roll, 5);
        Look(roll, 6);
        Look(roll, 7, "a:1", "b:2");
        Look(roll, 66, "a:1", "b:2");
        Look(roll, 67, "a:1", "b:2");
        Look(roll, 68, "b:2");
        Assert.Equal(
            [
                "waiting: no node answers at a:1, which must be written as that node's own --listen, for 175 s at most",
                "waiting: 2 of 3 nodes here (a:1, b:2), 1 missing, for 173 s at most",
                "waiting: 2 of 3 nodes here (a:1, b:2), 1 missing, for 113 s at most",
                "waiting: 1 of 3 nodes here (b:2), 2 missing, for 112 s at most",
            ],
            _said);

        Look(roll, 179, "b:2");
        Assert.Null(_gaveUp);
        Look(roll, 180, "b:2");
        Assert.Equal("1 of 3 nodes here (b:2), 2 missing, and 180 s are over (--patience)", _gaveUp);
    }

    [Fact]
    public void A_node_that_nobody_answers_gives_up_too()
    {
        var roll = Roll();
        Look(roll, 200);
        Assert.Equal("no node answers at a:1, which must be written as that node's own --listen, and 180 s are over (--patience)", _gaveUp);
    }

    private RollCall Roll() => new(new LiveSettings(_cluster.Plan, "c", "code", 3, "/nowhere", _ => throw new NotSupportedException())
    {
        Patience = TimeSpan.FromMinutes(3),
        Seeds = ["a:1"],
        Say = _said.Add,
        Time = _clock,
    });

    private void Look(RollCall roll, double second, params ImmutableArray<string> here)
    {
        _clock.Seconds = second;
        roll.Look(here, reason => _gaveUp = reason);
    }

    private sealed class SetClock : TimeProvider
    {
        public double Seconds { get; set; }

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => (long)(1000 * Seconds);
    }
}
