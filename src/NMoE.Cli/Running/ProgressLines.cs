using System.Diagnostics;
using System.Globalization;
using NMoE.Federation.Measurement;

namespace NMoE.Cli.Running;

/// <summary>Progress as plain lines, under a line of heads: wall time, stage, step, virtual time, bytes, and time left in the stage; then loss and accuracy.</summary>
/// <param name="lines">Where to.</param>
/// <param name="watch">Wall clock of the run.</param>
/// <param name="width">Characters that a line may have; without a bound where it is no terminal.</param>
internal sealed class ProgressLines(TextWriter lines, Stopwatch watch, Func<int> width)
{
    /// <summary>Where lines have all of their columns.</summary>
    public const int Wide = 130;

    private readonly StageClock _clock = new(watch);
    private bool _hasHeads;

    /// <summary>The heads.</summary>
    public static string Heads => $"{"elapsed",-8}  {ProgressView.Heads}  {"left",8}";

    /// <summary>A step as a line; in fewer words where it would be wider than a terminal, and then without heads above.</summary>
    public static string Line(Progress at, TimeSpan elapsed, TimeSpan left, int width)
    {
        var line = string.Create(CultureInfo.InvariantCulture, $"{ClockText.Of(elapsed)}  {ProgressView.Describe(at)}  {ClockText.Of(left)}{ProgressView.Measured(at)}");
        if (line.Length <= width)
            return line;
        var clocks = $"{ClockText.Of(elapsed)}  {ClockText.Of(left)}  ";
        return clocks + StepColumn.Fitting(ProgressView.Forms(at), width - clocks.Length);
    }

    /// <summary>Shows a step.</summary>
    public void Show(Progress at)
    {
        if (!_hasHeads && width() >= Wide)
            lines.WriteLine(Heads);
        _hasHeads = true;
        lines.WriteLine(Line(at, watch.Elapsed, _clock.After(at), width()));
    }
}
