namespace NMoE.Cli.Running;

/// <summary>
/// How long a stage will still take, if the steps to come take as long as the last ones. Steps that were remembered, or came together, took next to no time and say nothing of it:
/// of the last few those count that took at least half as long as the longest.
/// </summary>
internal sealed class TimeLeft
{
    private const int Recent = 5;
    private readonly Queue<(double Seconds, int Steps)> _took = [];
    private TimeSpan _before;
    private int _step;

    /// <summary>Begins a stage.</summary>
    /// <param name="began">On the command's clock.</param>
    public TimeLeft(TimeSpan began) => _before = began;

    /// <summary>What is left after a step.</summary>
    /// <param name="now">On the command's clock.</param>
    /// <param name="step">The step, from 1; one that is done again has the number that it had.</param>
    /// <param name="steps">Steps of the stage.</param>
    public TimeSpan After(TimeSpan now, int step, int steps)
    {
        _took.Enqueue(((now - _before).TotalSeconds, Math.Max(1, step - _step)));
        (_before, _step) = (now, step);
        while (_took.Count > Recent)
            _took.Dequeue();
        var most = _took.Max(took => took.Seconds / took.Steps);
        var slow = _took.Where(took => took.Seconds / took.Steps >= most / 2).ToArray();
        return ClockText.Left(TimeSpan.FromSeconds(slow.Sum(took => took.Seconds)), slow.Sum(took => took.Steps), slow.Sum(took => took.Steps) + Math.Max(0, steps - step));
    }
}
