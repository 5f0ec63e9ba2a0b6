using System.Diagnostics;
using System.Globalization;
using NMoE.Federation.Measurement;

namespace NMoE.Cli.Running;

/// <summary>Progress as plain lines: stage, step, virtual time, bytes, loss, accuracy, and time left in the stage.</summary>
/// <param name="lines">Where to.</param>
/// <param name="watch">Wall clock of the run.</param>
public sealed class ProgressLines(TextWriter lines, Stopwatch watch)
{
    private string _stage = "";
    private TimeSpan _stageBegan;

    /// <summary>Shows a step.</summary>
    public void Show(Progress at)
    {
        ArgumentNullException.ThrowIfNull(at);
        if (at.Stage != _stage)
        {
            _stageBegan = _stage.Length == 0 ? TimeSpan.Zero : watch.Elapsed;
            _stage = at.Stage;
        }

        var spent = watch.Elapsed - _stageBegan;
        var left = at.Step > 0 ? spent / at.Step * (at.Steps - at.Step) : TimeSpan.Zero;
        var loss = at.Loss is { } known ? FormattableString.Invariant($"  loss {known:F4}") : "";
        var accuracy = at.Accuracy is { } scored ? FormattableString.Invariant($"  accuracy {100 * scored:F1} %") : "";
        lines.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{watch.Elapsed:hh\\:mm\\:ss}  {at.Stage,-24} {at.Step,4}/{at.Steps,-4} t={at.At.Seconds,10:F1} s  {at.Bytes / 1e6,9:F1} MB{loss}{accuracy}  left {left:hh\\:mm\\:ss}"));
    }
}
