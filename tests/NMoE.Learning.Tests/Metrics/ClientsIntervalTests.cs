using NMoE.Chance;
using NMoE.Learning.Metrics;
using NMoE.Learning.Training;

namespace NMoE.Learning.Tests.Metrics;

public sealed class ClientsIntervalTests
{
    private const int Sets = 3000;
    private const int Pictures = 200;

    /// <summary>From SciPy 1.15, scipy.stats.t.ppf(0.975, freedom).</summary>
    [Theory]
    [InlineData(1, 12.706204736174698)]
    [InlineData(2, 4.302652729749464)]
    [InlineData(9, 2.2621571628540997)]
    [InlineData(10, 2.2281388519649385)]
    [InlineData(11, 2.200985160082949)]
    [InlineData(30, 2.0422724563012373)]
    [InlineData(100, 1.9839715184496334)]
    [InlineData(100_000, 1.9599877077434957)]
    public void The_quantile_is_that_of_students_t(int freedom, double quantile) => Assert.Equal(quantile, ClientsInterval.Quantile(freedom), 5e-5);

    /// <summary>Shares of 0.5, 0.6 and 0.7 of ten pictures each: s = 0.1, half-width 4.302653 x 0.1 / sqrt 3.</summary>
    [Fact]
    public void Clients_of_one_size_have_the_interval_of_their_mean()
    {
        var interval = ClientsInterval.Of([(5, 10), (6, 10), (7, 10)]);
        Assert.Equal((0.6, 0.248414), (interval.Mean, Math.Round(interval.HalfWidth, 6)));
    }

    /// <summary>
    /// 8 of 10 and 10 of 40: the share is 18/50 = 0.36, the residuals are 8 - 3.6 = 4.4 and 10 - 14.4 = -4.4, and the half-width is 12.706205 x sqrt(2/1 x 38.72)/50.
    /// </summary>
    [Fact]
    public void A_client_with_more_pictures_counts_for_more()
    {
        var interval = ClientsInterval.Of([(8, 10), (10, 40)]);
        Assert.Equal((0.36, 2.236292), (interval.Mean, Math.Round(interval.HalfWidth, 6)));
    }

    /// <summary>
    /// Nominal 95 % over drawn clients: alike (each right with 0.7) or each with a chance of its own, the mean of three even ones in 0.4..1. The standard error of a coverage is 0.4 points. (Two or three
    /// clients whose chances are even, and not nearly normal, are covered in 92 %.)
    /// </summary>
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(10)]
    [InlineData(20)]
    public void It_covers_the_truth_as_often_as_it_says(int clients)
    {
        Assert.InRange(Coverage(clients, 0), 0.93, 0.97);
        Assert.InRange(Coverage(clients, 0.6), 0.93, 0.97);
    }

    /// <summary>7 of 10: by Wilson's formula with z = 1.959964, 0.396778 to 0.892209 (Newcombe, 1998, method 3 has the same).</summary>
    [Fact]
    public void A_client_alone_has_the_score_interval_of_its_pictures()
    {
        var (low, high) = ClientsInterval.OfOne(7, 10);
        Assert.Equal((0.396778, 0.892209), (Math.Round(low, 6), Math.Round(high, 6)));
        Assert.Equal((0, 0.793), (ClientsInterval.OfOne(0, 1).Low, Math.Round(ClientsInterval.OfOne(0, 1).High, 3)));
    }

    [Fact]
    public void Fewer_than_two_clients_or_one_without_pictures_are_refused()
    {
        Assert.Throws<ArgumentException>(() => ClientsInterval.Of([(1, 3)]));
        Assert.Throws<ArgumentException>(() => ClientsInterval.Of([(1, 3), (0, 0)]));
    }

    private static double Coverage(int clients, double spread) => Enumerable.Range(0, Sets).Average(set =>
    {
        var draws = new Draws((ulong)clients, (uint)DrawPurpose.Noise, (uint)set);
        var interval = ClientsInterval.Of([.. Enumerable.Range(0, clients).Select(_ =>
        {
            var chance = 0.7 + (spread * (((draws.Next() + draws.Next() + draws.Next()) / 3) - 0.5));
            return (Enumerable.Range(0, Pictures).Count(_ => draws.Next() < chance), Pictures);
        })]);
        return Math.Abs(interval.Mean - 0.7) <= interval.HalfWidth ? 1.0 : 0;
    });
}
