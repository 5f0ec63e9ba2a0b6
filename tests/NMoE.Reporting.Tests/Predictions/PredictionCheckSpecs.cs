using System.Collections.Immutable;
using NMoE.Federation.Records;
using NMoE.Reporting.Files;
using NMoE.Reporting.Predictions;
using NMoE.Reporting.Runs;

namespace NMoE.Reporting.Tests.Predictions;

/// <summary>Rounds of a model of 24 Mbit down and up at 12 Mbit/s, and 100 GFLOP at 50 GFLOP/s: 2 + 2 + 2 = 6 s.</summary>
public sealed class PredictionCheckSpecs : IDisposable
{
    private const double Bits = 24e6;
    private const double Rate = 12e6;
    private const double Flops = 100e9;
    private const double Speed = 50e9;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_same_times_have_no_error()
    {
        var check = Compare(Run(Rate, Speed), Run(Rate, Speed));

        Assert.Equal(0, check.MeanErrorPercent, 9);
        Assert.Equal(0, check.MeanAbsoluteErrorPercent, 9);
        Assert.Equal(0, check.TotalErrorPercent, 9);
    }

    [Fact]
    public void A_planted_error_of_a_fifth_in_one_rate_shows()
    {
        // 24 Mbit at 9.6 Mbit/s take 2.5 s: 7 s in place of 6.
        Assert.Equal(100.0 / 6, Compare(Run(0.8 * Rate, Speed), Run(Rate, Speed)).MeanErrorPercent, 6);

        // 100 GFLOP at 40 GFLOP/s take 2.5 s: 6.5 s in place of 6.
        Assert.Equal(100.0 / 12, Compare(Run(Rate, 0.8 * Speed), Run(Rate, Speed)).MeanErrorPercent, 6);
    }

    [Fact]
    public void A_prediction_that_is_too_short_has_a_negative_error() =>
        Assert.Equal(100 * ((6.0 / 7) - 1), Compare(Run(Rate, Speed), Run(0.8 * Rate, Speed)).TotalErrorPercent, 6);

    [Fact]
    public void Errors_of_both_signs_do_not_hide_each_other()
    {
        var check = Compare(Report(("extractor", 6), ("extractor", 11), ("extractor", 17)), Report(("extractor", 6), ("extractor", 10), ("extractor", 15)));

        // 5 s for 4 s and 6 s for 5 s are +25 % and +20 %; the first does not count.
        Assert.Equal(22.5, check.MeanErrorPercent, 9);
        var other = Compare(Report(("extractor", 6), ("extractor", 11), ("extractor", 15)), Report(("extractor", 6), ("extractor", 10), ("extractor", 15)));
        Assert.Equal(2.5, other.MeanErrorPercent, 9);
        Assert.Equal(22.5, other.MeanAbsoluteErrorPercent, 9);
        Assert.Equal(0, other.TotalErrorPercent, 9);
    }

    [Fact]
    public void A_stage_s_first_round_does_not_count_because_it_holds_what_came_before_it()
    {
        var check = Compare(
            Report(("extractor", 6), ("extractor", 12), ("gate", 50), ("gate", 51)),
            Report(("extractor", 9), ("extractor", 15), ("gate", 90), ("gate", 91)));

        Assert.Equal([false, true, false, true], check.Rounds.Select(round => round.Counts));
        Assert.Equal(0, check.MeanAbsoluteErrorPercent, 9);
    }

    [Fact]
    public void Runs_of_different_experiments_are_refused()
    {
        var error = Assert.Throws<PredictionMismatchException>(() => Compare(Report(("extractor", 6)), Report(("extractor", 6), ("extractor", 12))));
        Assert.Contains("round 2 of stage 'extractor' was measured and not predicted", error.Message, StringComparison.Ordinal);

        Assert.Throws<PredictionMismatchException>(() => Compare(Report(("extractor", 6), ("extractor", 12)), Report(("extractor", 6))));
    }

    [Fact]
    public void The_table_says_what_was_predicted_measured_and_wrong()
    {
        var text = Compare(Run(0.8 * Rate, Speed), Run(Rate, Speed)).PlainText();

        Assert.Contains("extractor      2          7.000         6.000     +16.67\n", text, StringComparison.Ordinal);
        Assert.Contains("extractor      1          7.000         6.000   (+16.67)\n", text, StringComparison.Ordinal);
        Assert.Contains("Mean error +16.67 %, of either sign 16.67 %, of all rounds together +16.67 %.", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_comparison_gives_the_same_figure_and_another_gives_another()
    {
        ImmutableArray<PredictionCheck> right = [Compare(Run(Rate, Speed), Run(Rate, Speed))];
        ImmutableArray<PredictionCheck> wrong = [Compare(Run(0.8 * Rate, Speed), Run(Rate, Speed))];

        Assert.Equal(PredictionFigure.Draw(right).Png.ToArray(), PredictionFigure.Draw(right).Png.ToArray());
        Assert.NotEqual(PredictionFigure.Draw(right).Png.ToArray(), PredictionFigure.Draw(wrong).Png.ToArray());
    }

    [Fact]
    public void Rounds_are_written_with_their_end_and_their_duration()
    {
        new RunWriter(_folder.Path).WriteRounds(Report(("extractor", 1.5), ("extractor", 4)));

        Assert.Equal(
            "stage,round,ended,seconds,bytes,loss,participants\nextractor,1,1.5000000,1.5000000,100,0.5,2\nextractor,2,4.0000000,2.5000000,200,0.5,2\n",
            File.ReadAllText(Path.Combine(_folder.Path, RunFiles.Rounds)));
    }

    private static PredictionCheck Compare(RunReport predicted, RunReport measured) => PredictionCheck.Of("lte", predicted, measured);

    private static RunReport Run(double rate, double speed)
    {
        var round = (2 * Bits / rate) + (Flops / speed);
        return Report([.. Enumerable.Range(1, 4).Select(k => ("extractor", k * round))]);
    }

    private static RunReport Report(params (string Stage, double Ended)[] rounds) => new(
        "lte",
        [.. rounds.Select((item, k) => new RoundRecord(item.Stage, 1 + rounds.Take(k).Count(before => before.Stage == item.Stage), item.Ended, 100 * (k + 1), 0.5, null, 2))],
        [], [], []);
}
