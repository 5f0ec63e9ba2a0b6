using System.Diagnostics;
using System.Globalization;
using Spectre.Console;
using Progress = NMoE.Federation.Measurement.Progress;

namespace NMoE.Cli.Running;

/// <summary>
/// Several experiments of a sweep at once on one console: on a terminal a line for each that is under way, below what is said; elsewhere plain lines. Each line begins with the experiment's number.
/// </summary>
/// <param name="console">The console.</param>
/// <param name="experiments">How many the sweep has.</param>
internal sealed class SweepView(IAnsiConsole console, int experiments)
{
    private const int Narrow = 100;
    private readonly Lock _writing = new();
    private readonly SortedDictionary<int, string> _underWay = [];
    private LiveDisplayContext? _live;
    private bool _hasHeads;

    private bool IsTerminal => console.Profile.Out.IsTerminal && console.Profile.Capabilities.Ansi;

    /// <summary>Runs the experiments, which show themselves meanwhile.</summary>
    public void Show(Action work)
    {
        if (!IsTerminal)
        {
            work();
            return;
        }

        console.Live(new Rows()).Start(live =>
        {
            _live = live;
            work();
            _live = null;
        });
    }

    /// <summary>The view of one experiment.</summary>
    /// <param name="number">Its number from 1.</param>
    /// <param name="name">Its labels.</param>
    public IRunView Of(int number, string name) => new One(this, number, name);

    /// <summary>Shows a line.</summary>
    public void Say(string line)
    {
        lock (_writing)
            ProgressView.Say(console, line);
    }

    /// <summary>An experiment is no longer under way.</summary>
    public void Leave(int number)
    {
        lock (_writing)
        {
            _underWay.Remove(number);
            Draw();
        }
    }

    private string Mark(int number) => string.Create(CultureInfo.InvariantCulture, $"[{number}/{experiments}] ").PadLeft((2 * Digits) + 4);

    private int Digits => experiments.ToString(CultureInfo.InvariantCulture).Length;

    private void Step(int number, string name, Progress at, TimeSpan elapsed, TimeSpan left)
    {
        lock (_writing)
        {
            if (_live is not null)
            {
                var measured = console.Profile.Width < Narrow ? "" : ProgressView.Measured(at);
                _underWay[number] = FormattableString.Invariant($"{Mark(number)}{at.Stage} {at.Step}/{at.Steps}  {ClockText.Of(left)}  {name}{measured}");
                Draw();
                return;
            }

            var width = ProgressView.WidthOf(console);
            if (!_hasHeads && width >= ProgressLines.Wide)
                ProgressView.Say(console, new string(' ', Mark(experiments).Length) + ProgressLines.Heads);
            _hasHeads = true;
            ProgressView.Say(console, Mark(number) + ProgressLines.Line(at, elapsed, left, width == int.MaxValue ? width : width - Mark(number).Length));
        }
    }

    private void Draw() => _live?.UpdateTarget(new Rows(_underWay.Values.Select(line => new Text(line.Length < console.Profile.Width ? line : line[..(console.Profile.Width - 1)]))));

    private sealed class One(SweepView sweep, int number, string name) : IRunView
    {
        public void Say(string line) => sweep.Say(sweep.Mark(number) + line);

        public T Show<T>(Stopwatch watch, Func<Action<Progress>, T> work)
        {
            var clock = new StageClock(watch);
            return work(at => sweep.Step(number, name, at, watch.Elapsed, clock.After(at)));
        }
    }
}
