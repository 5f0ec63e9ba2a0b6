using System.Diagnostics;

namespace NMoE.Cli.Running;

/// <summary>Says what a command is doing whenever nothing else was said for a while: no minute passes without a line.</summary>
public sealed class Pulse : IDisposable
{
    /// <summary>How long nothing is said.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(30);

    private readonly Lock _saying = new();
    private readonly Action<string> _say;
    private readonly Stopwatch _watch;
    private readonly Timer _timer;
    private TimeSpan _said;
    private string _doing;

    /// <summary>Begins.</summary>
    /// <param name="doing">What is being done.</param>
    /// <param name="watch">Wall clock of the command.</param>
    /// <param name="say">Shows a line; called from another thread.</param>
    public Pulse(string doing, Stopwatch watch, Action<string> say)
    {
        ArgumentNullException.ThrowIfNull(watch);
        (_doing, _watch, _say, _said) = (doing, watch, say, watch.Elapsed);
        _timer = new Timer(_ => Beat(_watch.Elapsed), null, Silence / 6, Silence / 6);
    }

    /// <summary>More about what is being done, such as jobs that are finished; null for nothing.</summary>
    public Func<string>? Detail { get; set; }

    /// <summary>Something else is being done now.</summary>
    public void Do(string doing)
    {
        lock (_saying)
            _doing = doing;
    }

    /// <summary>A line of somebody else has been shown.</summary>
    public void Said()
    {
        lock (_saying)
            _said = _watch.Elapsed;
    }

    /// <summary>Says what is being done, if nothing was said for long enough.</summary>
    /// <param name="now">On the command's clock.</param>
    internal void Beat(TimeSpan now)
    {
        lock (_saying)
        {
            if (now - _said < Silence)
                return;
            _said = now;
            _say(FormattableString.Invariant($"{ClockText.Of(now)}  {_doing}{(Detail is { } detail ? $"; {detail()}" : "")}"));
        }
    }

    /// <summary>Ends.</summary>
    public void Dispose() => _timer.Dispose();
}
