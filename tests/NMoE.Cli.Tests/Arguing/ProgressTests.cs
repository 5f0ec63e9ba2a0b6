using System.Diagnostics;
using NMoE.Cli.Running;
using NMoE.Federation.Measurement;
using NMoE.Simulation.Time;

namespace NMoE.Cli.Tests.Arguing;

public sealed class ProgressTests
{
    [Theory]
    [InlineData(new[] { 10.0, 20, 30 }, 6, 30)]
    [InlineData(new[] { 0.1, 0.2, 0.3, 10.3 }, 10, 60)]
    [InlineData(new[] { 0.1, 0.2, 0.3, 10.3, 22.3 }, 7, 22)]
    [InlineData(new[] { 10.0, 20, 20, 20, 20 }, 5, 0)]
    [InlineData(new[] { 100.0, 110, 120, 130, 140, 150 }, 8, 20)]
    public void What_is_left_follows_from_steps_that_took_their_time(double[] ends, int steps, double left)
    {
        var (stage, seconds) = (new TimeLeft(TimeSpan.Zero), 0.0);
        for (var step = 1; step <= ends.Length; step++)
            seconds = stage.After(TimeSpan.FromSeconds(ends[step - 1]), step, steps).TotalSeconds;
        Assert.Equal(left, seconds, 1e-6);
    }

    [Fact]
    public void An_accuracy_says_which_round_and_test_set_it_is_of()
    {
        Assert.EndsWith("loss 1.5000  accuracy 11.5 % (round 4, test set iid)", ProgressView.Measured(At(5, new(4, "iid", 0.115))), StringComparison.Ordinal);
        Assert.EndsWith("loss 1.5000  accuracy 11.5 % (test set iid)", ProgressView.Measured(At(4, new(4, "iid", 0.115))), StringComparison.Ordinal);
        Assert.EndsWith("loss 1.5000", ProgressView.Measured(At(5, null)), StringComparison.Ordinal);
    }

    [Fact]
    public void Columns_stand_below_their_heads()
    {
        using var said = new StringWriter();
        var lines = new ProgressLines(said, new Stopwatch());
        lines.Show(At(5, null));
        lines.Show(At(6, null));
        var shown = said.ToString().Split(Environment.NewLine);
        Assert.Equal(4, shown.Length);
        foreach (var (head, cell) in new[] { ("step", "5/26"), ("virtual time", "12.0 s"), ("sent", "3.0 MB") })
            Assert.InRange(shown[1].IndexOf(cell, StringComparison.Ordinal) + cell.Length - shown[0].IndexOf(head, StringComparison.Ordinal) - head.Length, -2, 2);
        Assert.EndsWith("left", shown[0], StringComparison.Ordinal);
    }

    private static Progress At(int step, RoundScore? score) => new("extractor", step, 26, new VirtualTime(120_000_000), 3_000_000, 1.5, score);
}
