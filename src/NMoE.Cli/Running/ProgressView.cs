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
                var tasks = new Dictionary<string, ProgressTask>(StringComparer.Ordinal);
                return work(at =>
                {
                    if (!tasks.TryGetValue(at.Stage, out var task))
                    {
                        tasks[at.Stage] = task = bars.AddTask(at.Stage, maxValue: at.Steps);
                    }

                    task.Description = Markup.Escape(isNarrow ? FormattableString.Invariant($"{at.Stage} {at.Step}/{at.Steps}") : Describe(at));
                    task.Value = at.Step;
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

    /// <summary>A step in words: stage, step, virtual time, bytes and what was measured.</summary>
    internal static string Describe(Progress at)
    {
        var loss = at.Loss is { } known ? FormattableString.Invariant($"  loss {known:F4}") : "";
        var accuracy = at.Accuracy is { } scored ? FormattableString.Invariant($"  accuracy {100 * scored:F1} %") : "";
        return string.Create(
            CultureInfo.InvariantCulture, $"{at.Stage,-24} {at.Step,4}/{at.Steps,-4} t={at.At.Seconds,10:F1} s  {at.Bytes / 1e6,9:F1} MB{loss}{accuracy}");
    }
}
