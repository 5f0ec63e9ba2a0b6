using System.Diagnostics;
using NMoE.Cli.Running;

namespace NMoE.Cli.Tests.Running;

/// <summary>By a clock that the tests move: no wall clock is waited for.</summary>
public sealed class PulseTests
{
    private readonly List<string> _lines = [];

    [Fact]
    public void What_goes_on_is_said_after_half_a_minute_of_silence_and_every_half_minute_after_that()
    {
        using var pulse = Begin();
        pulse.Beat(TimeSpan.FromSeconds(29));
        Assert.Empty(_lines);
        pulse.Beat(TimeSpan.FromSeconds(31));
        pulse.Do("drawing figures");
        pulse.Detail = () => "12 of 40 jobs finished";
        pulse.Beat(TimeSpan.FromSeconds(45));
        pulse.Beat(TimeSpan.FromSeconds(62));
        Assert.Equal(["00:00:31  rehearsing", "00:01:02  drawing figures; 12 of 40 jobs finished"], _lines);
    }

    [Fact]
    public void A_line_of_somebody_else_is_as_good()
    {
        var watch = new Stopwatch();
        using var pulse = new Pulse("rehearsing", watch, _lines.Add);
        pulse.Beat(TimeSpan.FromSeconds(31));
        pulse.Said();
        Assert.Single(_lines);
    }

    // A watch that stands: only the tests' beats are late.
    private Pulse Begin() => new("rehearsing", new Stopwatch(), _lines.Add);
}
