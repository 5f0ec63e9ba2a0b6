using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Spectre.Console;
using Progress = NMoE.Federation.Measurement.Progress;

namespace NMoE.Cli.Running;

/// <summary>Progress of a run: bars on a terminal, plain lines elsewhere.</summary>
internal static class ProgressView
{
    // What a step says, a bar and the time left, side by side.
    private const int Wide = 170;
    private const int Bar = 24;

    // Beside what a step says: the time left, also of days, with what lies between columns; and a bar with its percents.
    private const int BesideAlone = 14;
    private const int BesideBar = BesideAlone + Bar + 8;

    /// <summary>Runs work that reports its steps.</summary>
    /// <param name="console">Where to show them.</param>
    /// <param name="watch">Wall clock of the run.</param>
    /// <param name="work">The work, given what to tell of each step.</param>
    public static T Show<T>(IAnsiConsole console, Stopwatch watch, Func<Action<Progress>, T> work)
    {
        if (!console.Profile.Out.IsTerminal || !console.Profile.Capabilities.Ansi)
        {
            return work(new ProgressLines(console.Profile.Out.Writer, watch, () => WidthOf(console)).Show);
        }

        ProgressColumn[] columns = console.Profile.Width < Wide
            ? [new StepColumn(BesideAlone), new TimeLeftColumn()]
            : [new StepColumn(BesideBar), new ProgressBarColumn { Width = Bar }, new PercentageColumn(), new TimeLeftColumn()];
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

                    StepColumn.Set(stage.Task, Forms(at));
                    TimeLeftColumn.Set(stage.Task, stage.Left.After(watch.Elapsed, at.Step, at.Steps));
                    stage.Task.Value = at.Step;
                });
            });
    }

    /// <summary>Characters of a line; without a bound where nobody wraps lines.</summary>
    internal static int WidthOf(IAnsiConsole console) => console.Profile.Out.IsTerminal ? console.Profile.Width : int.MaxValue;

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

    /// <summary>A step in fewer and fewer words. The number of its accuracy's round stays as long as the accuracy does.</summary>
    internal static ImmutableArray<string> Forms(Progress at)
    {
        var step = string.Create(CultureInfo.InvariantCulture, $"{at.Stage,-24} {at.Step,4}/{at.Steps,-4}");
        var score = at.Score is { } of ? FormattableString.Invariant($"  accuracy {100 * of.Accuracy:F1} %{(of.Round == at.Step ? "" : $" (round {of.Round})")}") : "";
        return
        [
            Describe(at) + Measured(at), Describe(at) + Loss(at) + score, step + Loss(at) + score, step + score,
            step + score.Replace("  accuracy ", "  ", StringComparison.Ordinal), step.TrimEnd(),
            FormattableString.Invariant($"{at.Stage} {at.Step}/{at.Steps}"), FormattableString.Invariant($"{at.Step}/{at.Steps} {at.Stage}"),
        ];
    }

    /// <summary>What was measured: the loss of the step's own round, and an accuracy with the round and test set that it is of.</summary>
    internal static string Measured(Progress at) =>
        at.Score is not { } score ? Loss(at)
            : Loss(at) + FormattableString.Invariant($"  accuracy {100 * score.Accuracy:F1} % ({(score.Round == at.Step ? "" : $"round {score.Round}, ")}test set {score.Test})");

    private static string Loss(Progress at) => at.Loss is { } known && double.IsFinite(known) ? FormattableString.Invariant($"  loss {known:F4}") : "";
}
