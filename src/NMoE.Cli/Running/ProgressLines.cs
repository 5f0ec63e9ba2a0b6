using System.Diagnostics;
using System.Globalization;
using NMoE.Federation.Measurement;

namespace NMoE.Cli.Running;

/// <summary>Progress as plain lines, under a line of heads: wall time, stage, step, virtual time, bytes, and time left in the stage; then loss and accuracy.</summary>
/// <param name="lines">Where to.</param>
/// <param name="watch">Wall clock of the run.</param>
internal sealed class ProgressLines(TextWriter lines, Stopwatch watch)
{
    private string _stage = "";
    private TimeLeft _left = new(TimeSpan.Zero);

    /// <summary>Shows a step.</summary>
    public void Show(Progress at)
    {
        if (_stage.Length == 0)
            lines.WriteLine($"{"elapsed",-8}  {ProgressView.Heads}  {"left",8}");
        if (at.Stage != _stage)
            (_left, _stage) = (new(_stage.Length == 0 ? TimeSpan.Zero : watch.Elapsed), at.Stage);
        var left = _left.After(watch.Elapsed, at.Step, at.Steps);
        lines.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{ClockText.Of(watch.Elapsed)}  {ProgressView.Describe(at)}  {ClockText.Of(left)}{ProgressView.Measured(at)}"));
    }
}
