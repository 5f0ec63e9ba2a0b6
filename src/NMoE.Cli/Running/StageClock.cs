using System.Diagnostics;
using NMoE.Federation.Measurement;

namespace NMoE.Cli.Running;

/// <summary>The time that is left in the stage that a run is in.</summary>
/// <param name="watch">Wall clock of the run.</param>
internal sealed class StageClock(Stopwatch watch)
{
    private string _stage = "";
    private TimeLeft _left = new(TimeSpan.Zero);

    /// <summary>What is left after a step.</summary>
    public TimeSpan After(Progress at)
    {
        if (at.Stage != _stage)
            (_left, _stage) = (new(_stage.Length == 0 ? TimeSpan.Zero : watch.Elapsed), at.Stage);
        return _left.After(watch.Elapsed, at.Step, at.Steps);
    }
}
