using System.Collections.Immutable;
using System.Text;
using NMoE.Federation.Records;
using NMoE.Reporting.Tables;

namespace NMoE.Reporting.Predictions;

/// <summary>A simulated run beside a live one of the same experiment: how long each round took.</summary>
/// <param name="Name">What the two are called.</param>
/// <param name="Rounds">In the order of the live run.</param>
public sealed record PredictionCheck(string Name, ImmutableArray<RoundComparison> Rounds)
{
    /// <summary>Mean error in percent over the rounds that count, with its sign: what a wrong rate shows as.</summary>
    public double MeanErrorPercent => Counting.Select(round => round.ErrorPercent).DefaultIfEmpty(double.NaN).Average();

    /// <summary>Mean of the errors' sizes in percent over the rounds that count: what a user of the predictor has to expect of a round.</summary>
    public double MeanAbsoluteErrorPercent => Counting.Select(round => Math.Abs(round.ErrorPercent)).DefaultIfEmpty(double.NaN).Average();

    /// <summary>Error in percent of all rounds that count together.</summary>
    public double TotalErrorPercent => 100 * ((Counting.Sum(round => round.PredictedSeconds) / Counting.Sum(round => round.MeasuredSeconds)) - 1);

    private IEnumerable<RoundComparison> Counting => Rounds.Where(round => round.Counts);

    /// <summary>Compares two runs.</summary>
    /// <param name="name">What the two are called.</param>
    /// <param name="predicted">The simulated run.</param>
    /// <param name="measured">The live run.</param>
    /// <exception cref="PredictionMismatchException">They have no round in common, or a round of one is not in the other.</exception>
    public static PredictionCheck Of(string name, RunReport predicted, RunReport measured)
    {
        ArgumentNullException.ThrowIfNull(predicted);
        ArgumentNullException.ThrowIfNull(measured);
        var known = Durations(predicted).ToDictionary(item => (item.Stage, item.Round));
        var rounds = Durations(measured).Select(item => known.TryGetValue((item.Stage, item.Round), out var other)
            ? new RoundComparison(item.Stage, item.Round, other.Seconds, item.Seconds, !item.IsFirst)
            : throw new PredictionMismatchException(name, FormattableString.Invariant($"round {item.Round} of stage '{item.Stage}' was measured and not predicted"))).ToImmutableArray();
        return rounds.Length == known.Count && rounds.Length > 0
            ? new(name, rounds)
            : throw new PredictionMismatchException(name, FormattableString.Invariant($"{known.Count} rounds were predicted and {rounds.Length} measured"));
    }

    /// <summary>The table for a terminal.</summary>
    /// <param name="width">The columns of the terminal: a table that is wider is written with a cell a line.</param>
    public string PlainText(int width = int.MaxValue)
    {
        var text = new StringBuilder();
        TableText.AppendPlain(text, Table(), width);
        return text.Append(Summary()).Append('\n').ToString();
    }

    /// <summary>The table in Markdown.</summary>
    public string Markdown()
    {
        var text = new StringBuilder();
        TableText.AppendMarkdown(text, Table());
        return text.Append('\n').Append(Summary()).Append('\n').ToString();
    }

    private Table Table() => new(
        $"{Name}: predicted and measured time of rounds",
        [new("Stage", Side.Left), new("Round", Side.Right), new("Predicted (s)", Side.Right), new("Measured (s)", Side.Right), new("Error (%)", Side.Right)],
        [
            .. Rounds.Select(round => ImmutableArray.Create(
                round.Stage, Invariant($"{round.Round}"), Invariant($"{round.PredictedSeconds:F3}"), Invariant($"{round.MeasuredSeconds:F3}"),
                round.Counts ? Invariant($"{round.ErrorPercent:+0.00;-0.00;0.00}") : Invariant($"({round.ErrorPercent:+0.00;-0.00;0.00})"))),
        ]);

    private string Summary() => Counting.Any()
        ? Invariant($"Mean error {MeanErrorPercent:+0.00;-0.00;0.00} %, of either sign {MeanAbsoluteErrorPercent:0.00} %, of all rounds together {TotalErrorPercent:+0.00;-0.00;0.00} %. ")
            + "Errors in brackets do not count: a stage's first round holds what came before it."
        : "No round counts: a stage's first round holds what came before it, and no stage has more.";

    private static IEnumerable<(string Stage, int Round, double Seconds, bool IsFirst)> Durations(RunReport report)
    {
        var (stage, before) = ("", 0.0);
        foreach (var round in report.Rounds)
        {
            yield return (round.Stage, round.Round, round.VirtualSeconds - before, round.Stage != stage);
            (stage, before) = (round.Stage, round.VirtualSeconds);
        }
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
