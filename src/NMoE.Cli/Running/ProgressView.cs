using System.Diagnostics;
using System.Globalization;
using Spectre.Console;
using Progress = NMoE.Federation.Measurement.Progress;

namespace NMoE.Cli.Running;

/// <summary>Progress of a run: bars on a terminal, plain lines elsewhere.</summary>
internal static class ProgressView
{
    // What a step says, a bar and the time left, side by side.
    private const int Wide = 130;

    // What a step says, and the time left.
    private const int Medium = 100;

    /// <summary>Runs work that reports its steps.</summary>
    /// <param name="console">Where to show them.</param>
    /// <param name="watch">Wall clock of the run.</param>
    /// <param name="work">The work, given what to tell of each step.</param>
    public static T Show<T>(IAnsiConsole console, Stopwatch watch, Func<Action<Progress>, T> work)
    {
        if (!console.Profile.Out.IsTerminal || !console.Profile.Capabilities.Ansi)
        {
            return work(new ProgressLines(console.Profile.Out.Writer, watch).Show);
        }

        var isNarrow = console.Profile.Width < Medium;
        ProgressColumn[] columns = console.Profile.Width < Wide
            ? [new TaskDescriptionColumn { Alignment = Justify.Left }, new TimeLeftColumn()]
            : [new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn { Width = 24 }, new PercentageColumn(), new TimeLeftColumn()];
        return console.Progress()
            .Columns(columns)
            .Start(bars =>
            {
                var stages = new Dictionary<string, (ProgressTask Task, TimeLeft Left)>(StringComparer.Ordinal);
                return work(at =>
                {
                    if (!stages.TryGetValue(at.Stage, out var stage))
                    {
                        var began = stages.Count == 0 ? TimeSpan.Zero : watch.Elapsed;
                        stages[at.Stage] = stage = (bars.AddTask(at.Stage, maxValue: at.Steps), new(began));
                    }

                    stage.Task.Description = Markup.Escape(isNarrow ? FormattableString.Invariant($"{at.Stage} {at.Step}/{at.Steps}") : Describe(at) + Measured(at));
                    TimeLeftColumn.Set(stage.Task, stage.Left.After(watch.Elapsed, at.Step, at.Steps));
                    stage.Task.Value = at.Step;
                });
            });
    }

    /// <summary>Shows a line between the steps. From any thread.</summary>
    public static void Say(IAnsiConsole console, string line)
    {
        if (console.Profile.Out.IsTerminal && console.Profile.Capabilities.Ansi)
        {
            console.WriteLine(line);
        }
        else
        {
            console.Profile.Out.Writer.WriteLine(line);
        }
    }

    /// <summary>What stands above steps in words.</summary>
    internal static string Heads => $"{"stage",-24} {"step",9}  {"virtual time",12}  {"sent",12}";

    /// <summary>A step in words: stage, step, virtual time and bytes.</summary>
    internal static string Describe(Progress at) => string.Create(
        CultureInfo.InvariantCulture, $"{at.Stage,-24} {at.Step,4}/{at.Steps,-4}  {at.At.Seconds,10:F1} s  {at.Bytes / 1e6,9:F1} MB");

    /// <summary>What was measured: the loss of the step's own round, and an accuracy with the round and test set that it is of.</summary>
    internal static string Measured(Progress at)
    {
        var loss = at.Loss is { } known && double.IsFinite(known) ? FormattableString.Invariant($"  loss {known:F4}") : "";
        return at.Score is not { } score ? loss
            : loss + FormattableString.Invariant($"  accuracy {100 * score.Accuracy:F1} % ({(score.Round == at.Step ? "" : $"round {score.Round}, ")}test set {score.Test})");
    }
}
