using System.Diagnostics;
using Spectre.Console;
using Progress = NMoE.Federation.Measurement.Progress;

namespace NMoE.Cli.Running;

/// <summary>Where a run says what it does. Callable from any thread.</summary>
internal interface IRunView
{
    /// <summary>Shows a line.</summary>
    void Say(string line);

    /// <summary>Runs work that reports its steps.</summary>
    /// <param name="watch">Wall clock of the run.</param>
    /// <param name="work">The work, given what to tell of each step.</param>
    T Show<T>(Stopwatch watch, Func<Action<Progress>, T> work);
}

/// <summary>A run that has the console for itself.</summary>
/// <param name="Console">The console.</param>
internal sealed record ConsoleView(IAnsiConsole Console) : IRunView
{
    public void Say(string line) => ProgressView.Say(Console, line);

    public T Show<T>(Stopwatch watch, Func<Action<Progress>, T> work) => ProgressView.Show(Console, watch, work);
}
