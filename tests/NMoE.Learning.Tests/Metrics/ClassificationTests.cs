using NMoE.Learning.Jobs;
using NMoE.Learning.Metrics;

namespace NMoE.Learning.Tests.Metrics;

public sealed class ClassificationTests
{
    private static readonly int[] Truth = [0, 0, 0, 1, 1, 2, 2, 2, 2, 3];
    private static readonly int[] Predicted = [0, 0, 1, 1, 2, 2, 2, 2, 0, 3];

    [Fact]
    public void Accuracy_of_the_worked_example() => Assert.Equal(0.7, Classification.Accuracy(Truth, Predicted), 12);

    [Fact]
    public void Macro_f1_of_the_worked_example() => Assert.Equal(0.7291666667, Classification.MacroF1(Truth, Predicted, 10, ClassesOfF1.Present), 10);

    /// <summary>The worked example has four of ten classes: the six that are missing count as 0.</summary>
    [Fact]
    public void Over_all_classes_a_missing_one_counts_as_zero() =>
        Assert.Equal(0.7291666667 * 4 / 10, Classification.MacroF1(Truth, Predicted, 10, ClassesOfF1.All), 10);

    [Theory]
    [InlineData(50)]
    [InlineData(77)]
    public void A_constant_predictor_has_the_macro_f1_of_the_closed_form(int percent)
    {
        var truth = SharesOf(percent);
        var share = percent / 100.0;
        Assert.Equal(2 * share / (1 + share) / 10, Classification.MacroF1(truth, new int[truth.Length], 10, ClassesOfF1.Present), 12);
    }

    [Fact]
    public void A_constant_predictor_has_an_auc_of_exactly_one_half()
    {
        var truth = SharesOf(77);
        var scores = Enumerable.Repeat(0.1f, truth.Length * 10).ToArray();
        Assert.Equal(new AreaUnderCurve(0.5, 0), Classification.Auc(truth, scores, 10));
    }

    [Fact]
    public void Auc_counts_won_pairs_and_half_of_the_ties()
    {
        // Class 0: positives .8 .4, negatives .4 .1: pairs 1 + 1 + 1/2 + 1 of 4. Class 1 mirrors it; class 2 never occurs.
        int[] truth = [0, 0, 1, 1];
        float[] scores = [.8f, .2f, 0, .4f, .6f, 0, .4f, .6f, 0, .1f, .9f, 0];
        Assert.Equal(new AreaUnderCurve(0.875, 1), Classification.Auc(truth, scores, 3));
    }

    [Fact]
    public void Without_a_class_of_both_signs_there_is_no_auc()
    {
        var area = Classification.Auc([1, 1], [.5f, .5f, .4f, .6f], 2);
        Assert.True(double.IsNaN(area.Value));
        Assert.Equal(2, area.Skipped);
    }

    [Fact]
    public void Ties_go_to_the_lowest_class() => Assert.Equal([1, 0], Classification.ArgMax([.2f, .4f, .4f, .3f, .3f, .3f], 3));

    [Fact]
    public void Rows_without_an_answer_are_refused() => Assert.Throws<ArgumentException>(() => Classification.Accuracy([1, 2], [1]));

    private static int[] SharesOf(int percent)
    {
        // The dominant class 0 has its share of 900 rows; the other nine share the rest evenly.
        var dominant = 9 * percent;
        return [.. Enumerable.Range(0, 900).Select(row => row < dominant ? 0 : 1 + ((row - dominant) % 9))];
    }
}
