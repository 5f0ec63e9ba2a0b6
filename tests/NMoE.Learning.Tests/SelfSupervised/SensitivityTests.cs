using NMoE.Chance;
using NMoE.Learning.Privacy;
using NMoE.Learning.SelfSupervised;
using NMoE.Learning.Training;
using static TorchSharp.torch;

namespace NMoE.Learning.Tests.SelfSupervised;

/// <summary>R moves no further than calibration assumes when one record is another.</summary>
public sealed class SensitivityTests
{
    private const int Samples = 6;
    private const double Cap = 1.5;

    [Fact]
    public void Ten_thousand_random_neighbours_stay_within_the_bound()
    {
        var bound = Sensitivity.Of(Neighbours.ReplaceOne, Cap, Samples);
        var worst = 0.0;
        for (uint pair = 0; pair < 10_000; pair++)
        {
            using var scope = NewDisposeScope();
            var draws = new Draws(3, (uint)DrawPurpose.Noise, pair);
            var dimension = 2 + draws.Next(3);
            var rows = Enumerable.Range(0, Samples + 1).Select(_ => (First: Row(draws, dimension), Second: Row(draws, dimension))).ToArray();
            worst = Math.Max(worst, Distance(rows[..Samples], [.. rows[1..Samples], rows[Samples]]));
        }

        Assert.InRange(worst, 0, bound);
    }

    [Fact]
    public void Two_orthogonal_records_of_full_length_reach_it()
    {
        using var scope = NewDisposeScope();
        var (x, y) = (new[] { 10.0, 0 }, new[] { 0.0, 10 });
        var rest = Enumerable.Repeat((x, x), Samples - 1).ToArray();
        var bound = Sensitivity.Of(Neighbours.ReplaceOne, Cap, Samples);
        Assert.Equal(bound, Distance([(x, x), .. rest], [.. rest, (y, y)]), bound * 0.01);
    }

    [Fact]
    public void Leaving_a_record_out_moves_R_by_the_cap_over_n()
    {
        using var scope = NewDisposeScope();
        var (x, nothing) = (new[] { 10.0, 0 }, new double[2]);
        var bound = Sensitivity.Of(Neighbours.ZeroOut, Cap, 1);
        Assert.Equal(bound, Distance([(x, x)], [(nothing, nothing)]), bound * 0.01);
    }

    private static double[] Row(Draws draws, int dimension)
    {
        var length = 3 * draws.Next();
        return [.. Enumerable.Range(0, dimension).Select(_ => length * draws.NextNormal())];
    }

    private static double Distance((double[] First, double[] Second)[] one, (double[] First, double[] Second)[] other) =>
        R(one).sub(R(other)).norm().item<double>();

    private static Tensor R((double[] First, double[] Second)[] rows) => FedScLoss.Correlation(
        Projections.Capped(Matrix(rows.Select(row => row.First)), Cap), Projections.Capped(Matrix(rows.Select(row => row.Second)), Cap));

    private static Tensor Matrix(IEnumerable<double[]> rows)
    {
        var all = rows.ToArray();
        return tensor([.. all.SelectMany(row => row)], [all.Length, all[0].Length]);
    }
}
