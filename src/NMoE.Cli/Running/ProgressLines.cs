using System.Diagnostics;
using System.Globalization;
using NMoE.Federation.Measurement;

namespace NMoE.Cli.Running;

/// <summary>Progress as plain lines, under a line of heads: wall time, stage, step, virtual time, bytes, and time left in the stage; then loss and accuracy.</summary>
/// <param name="lines">Where to.</param>
/// <param name="watch">Wall clock of the run.</param>
internal sealed class ProgressLines(TextWriter lines, Stopwatch watch)
{
    private readonly StageClock _clock = new(watch);
    private bool _hasHeads;

    /// <summary>The heads.</summary>
    public static string Heads => $"{"elapsed",-8}  {ProgressView.Heads}  {"left",8}";

    /// <summary>A step as a line.</summary>
    public static string Line(Progress at, TimeSpan elapsed, TimeSpan left) =>
        string.Create(CultureInfo.InvariantCulture, $"{ClockText.Of(elapsed)}  {ProgressView.Describe(at)}  {ClockText.Of(left)}{ProgressView.Measured(at)}");

    /// <summary>Shows a step.</summary>
    public void Show(Progress at)
    {
        if (!_hasHeads)
            lines.WriteLine(Heads);
        _hasHeads = true;
        lines.WriteLine(Line(at, watch.Elapsed, _clock.After(at)));
    }
}
