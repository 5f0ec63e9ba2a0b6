using System.Diagnostics;
using System.Globalization;
using NMoE.Federation.Measurement;

namespace NMoE.Cli.Running;

/// <summary>Progress as plain lines: stage, step, virtual time, bytes, loss, accuracy, and time left in the stage.</summary>
/// <param name="lines">Where to.</param>
/// <param name="watch">Wall clock of the run.</param>
internal sealed class ProgressLines(TextWriter lines, Stopwatch watch)
{
    private string _stage = "";
    private TimeSpan _stageBegan;

    /// <summary>Shows a step.</summary>
    public void Show(Progress at)
    {
        if (at.Stage != _stage)
        {
            _stageBegan = _stage.Length == 0 ? TimeSpan.Zero : watch.Elapsed;
            _stage = at.Stage;
        }

        var spent = watch.Elapsed - _stageBegan;
        var left = at.Step > 0 ? ClockText.Left(spent, at.Step, at.Steps) : TimeSpan.Zero;
        lines.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{ClockText.Of(watch.Elapsed)}  {ProgressView.Describe(at)}  left {ClockText.Of(left)}"));
    }
}
