using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using NMoE.Cli.Running;
using NMoE.Simulation.Time;
using Spectre.Console;
using Progress = NMoE.Federation.Measurement.Progress;
using RoundScore = NMoE.Federation.Measurement.RoundScore;

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

    /// <summary>A line a stage, none wider than the terminal, whatever a step has to say; its number and the time left are always there, and the accuracy from 80 columns on, with its round where it is another's.</summary>
    [Theory]
    [InlineData(30, "extractor 25/26")]
    [InlineData(40, "extractor 25/26")]
    [InlineData(80, "accuracy 11.5 % (round 24)")]
    [InlineData(100, "loss 1.5000  accuracy 11.5 % (round 24)")]
    [InlineData(120, "MB  loss 1.5000  accuracy 11.5 %")]
    [InlineData(140, "(round 24, test set iid)")]
    [InlineData(169, "(round 24, test set iid)")]
    [InlineData(170, "96%")]
    [InlineData(250, "96%")]
    public void A_terminal_of_any_width_has_a_whole_line_a_stage(int width, string expected)
    {
        var screen = new Screen(width);
        ProgressView.Show(AnsiConsole.Create(new() { Ansi = AnsiSupport.Yes, Interactive = InteractionSupport.Yes, Out = screen }), new Stopwatch(), step =>
        {
            step(At(25, new(24, "iid", 0.115)));
            step(new("inference/localgate/iid", 5, 5, new VirtualTime(120_000_000), 996_300_000, null, null));
            return 0;
        });
        var lines = screen.Last.Where(line => line.Length > 0).ToArray();
        Assert.Equal(2, lines.Length);
        Assert.All(lines, line => Assert.InRange(line.Length, 1, width));
        Assert.All(lines, line => Assert.Matches(@"\d\d:\d\d:\d\d$", line));
        Assert.Contains(expected, lines[0], StringComparison.Ordinal);
        Assert.StartsWith("extractor", lines[0], StringComparison.Ordinal);
        Assert.Contains("5/5", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Columns_stand_below_their_heads()
    {
        using var said = new StringWriter();
        var lines = new ProgressLines(said, new Stopwatch(), () => int.MaxValue);
        lines.Show(At(5, null));
        lines.Show(At(6, null));
        var shown = said.ToString().Split(Environment.NewLine);
        Assert.Equal(4, shown.Length);
        foreach (var (head, cell) in new[] { ("step", "5/26"), ("virtual time", "12.0 s"), ("sent", "3.0 MB") })
            Assert.InRange(shown[1].IndexOf(cell, StringComparison.Ordinal) + cell.Length - shown[0].IndexOf(head, StringComparison.Ordinal) - head.Length, -2, 2);
        Assert.EndsWith("left", shown[0], StringComparison.Ordinal);
    }

    /// <summary>A terminal that draws nothing has a line a step too, none wider than it is.</summary>
    [Theory]
    [InlineData(40, 25, "extractor 25/26")]
    [InlineData(80, 25, "11.5 % (round 24)")]
    [InlineData(100, 25, "loss 1.5000  accuracy 11.5 % (round 24)")]
    [InlineData(130, 25, "12.0 s        3.0 MB")]
    [InlineData(200, 25, "(round 24, test set iid)")]
    [InlineData(int.MaxValue, 25, "(round 24, test set iid)")]
    public void A_line_is_no_wider_than_a_terminal_that_draws_nothing(int width, int step, string expected)
    {
        using var said = new StringWriter();
        new ProgressLines(said, new Stopwatch(), () => width).Show(At(step, new(24, "iid", 0.115)));
        var lines = said.ToString().TrimEnd('\n').Split('\n');
        Assert.Equal(width < 130 ? 1 : 2, lines.Length);
        Assert.All(lines, line => Assert.InRange(line.Length, 1, width));
        Assert.Contains(expected, lines[^1], StringComparison.Ordinal);
    }

    private static Progress At(int step, RoundScore? score) => new("extractor", step, 26, new VirtualTime(120_000_000), 3_000_000, 1.5, score);

    /// <summary>A terminal: what it shows in the end is what was written after the last return to the top, without colours.</summary>
    private sealed class Screen(int width) : IAnsiConsoleOutput
    {
        private readonly StringWriter _written = new();

        public TextWriter Writer => _written;

        public bool IsTerminal => true;

        public int Width => width;

        public int Height => 50;

        public IEnumerable<string> Last => Regex.Replace(_written.ToString().Split("\u001b[2K")[^1], @"\u001b\[[0-9;?]*[A-Za-z]", "").Split('\n').Select(line => line.Trim('\r').TrimEnd());

        public void SetEncoding(Encoding encoding)
        {
        }
    }
}
