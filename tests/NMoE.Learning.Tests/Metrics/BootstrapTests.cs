using NMoE.Chance;
using NMoE.Learning.Metrics;
using NMoE.Learning.Training;

namespace NMoE.Learning.Tests.Metrics;

/// <summary>Against the normal approximation, whose standard errors have a closed form.</summary>
public sealed class BootstrapTests
{
    private const double Normal95 = 1.959964;

    /// <summary>
    /// Clients alike: n = 10 of m = 400 pictures that are right with probability 0.7. The mean accuracy has the deviation sqrt(p (1 - p) / (n m)); the deviation of ten drawn
    /// clients is in the mean sqrt(9/10) c4(10) = 0.923 of theirs, and so is the half-width, less a hundredth for the short tails of ten. Its mean over 200 data sets has a standard error of
    /// 0.016: the tolerance is four of those. Two stages of drawing would give 1.36 times the closed form.
    /// </summary>
    [Fact]
    public void Of_a_single_picture_nothing_is_known() => Assert.Equal(new Bootstrap(0, 1), Bootstrap.Of([[1]]));

    [Fact]
    public void Where_clients_are_alike_the_mean_half_width_is_the_binomials() =>
        Assert.Equal(0.914, MeanHalfWidth(10, _ => 0.7) / (Normal95 * Math.Sqrt(0.7 * 0.3 / 4000)), 0.064);

    /// <summary>
    /// Clients that differ: half of 40 are right with probability 0.9, half with 0.5, which adds 0.2^2 to the mean variance of a client's accuracy, (0.09 + 0.25)/2/400. Who is which is
    /// given, so that the sample deviation is all but that of the population.
    /// </summary>
    [Fact]
    public void Where_clients_differ_the_mean_half_width_is_that_of_clients_and_their_pictures()
    {
        var closed = Normal95 * Math.Sqrt((0.04 + (0.17 / 400)) / 40);
        Assert.Equal(closed, MeanHalfWidth(40, client => client % 2 == 0 ? 0.9 : 0.5), 0.03 * closed);
    }

    [Fact]
    public void Of_one_client_alone_the_pictures_are_drawn()
    {
        var interval = Bootstrap.Of([Client(1000, 600)]);
        Near(0.6, Normal95 * Math.Sqrt(0.6 * 0.4 / 1000), interval, 0.1);
    }

    /// <summary>Client i of 100 has i of 99 pictures right: the deviation of their accuracies is sqrt((100^2 - 1) / 12) / 99, and that of the mean a tenth of it.</summary>
    [Fact]
    public void Where_clients_differ_the_interval_is_that_of_clients()
    {
        var interval = Bootstrap.Of([.. Enumerable.Range(0, 100).Select(client => Client(99, client))]);
        Near(0.5, Normal95 * Math.Sqrt(9999 / 12.0) / 99 / 10, interval, 0.1);
    }

    [Fact]
    public void The_same_answers_have_the_same_interval() =>
        Assert.Equal(Bootstrap.Of([Client(20, 7), Client(30, 9)]), Bootstrap.Of([Client(20, 7), Client(30, 9)]));

    [Fact]
    public void A_client_without_pictures_is_refused() => Assert.Throws<ArgumentException>(() => Bootstrap.Of([Client(3, 1), []]));

    /// <summary>Over 200 drawn data sets of 400 pictures a client.</summary>
    private static double MeanHalfWidth(int clients, Func<int, double> probability) => Enumerable.Range(0, 200).Average(set =>
    {
        var draws = new Draws(7, (uint)DrawPurpose.Noise, (uint)set);
        var interval = Bootstrap.Of([.. Enumerable.Range(0, clients).Select(client =>
            Enumerable.Range(0, 400).Select(_ => draws.Next() < probability(client) ? 1 : 0).ToArray())]);
        return (interval.High - interval.Low) / 2;
    });

    private static int[] Client(int pictures, int right) => [.. Enumerable.Range(0, pictures).Select(i => i < right ? 1 : 0)];

    private static void Near(double centre, double halfWidth, Bootstrap interval, double tolerance)
    {
        Assert.InRange(centre - interval.Low, halfWidth * (1 - tolerance), halfWidth * (1 + tolerance));
        Assert.InRange(interval.High - centre, halfWidth * (1 - tolerance), halfWidth * (1 + tolerance));
    }
}
