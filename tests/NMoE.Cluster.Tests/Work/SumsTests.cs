using NMoE.Cluster.Work;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;

namespace NMoE.Cluster.Tests.Work;

/// <summary>Which jobs take less to compute than to send: those that read each number once.</summary>
public sealed class SumsTests
{
    private const int Weights = 700_000;
    private const long Model = 4 * Weights;

    [Theory]
    [InlineData("an average of ten models: a product and a sum for each weight of each", 2.0 * 10 * Weights, 10, 1, true)]
    [InlineData("the same with server momentum: the model before, and the velocity, take part", 2.0 * 12 * Weights, 11, 2, true)]
    [InlineData("one step of one picture: each weight of the model many times", 40e6, 1, 1, false)]
    [InlineData("two products for each number that goes in, and one number out", 4.0 * 10 * Weights, 10, 0, false)]
    [InlineData("a bootstrap, whose work no FLOP counts", 0, 2, 0, false)]
    public void Sums_are_told_from_other_jobs(string what, double flops, int inputs, int outputs, bool isSum)
    {
        var blob = new BlobRef(new BlobHash(new string('a', 64)), Model);
        var forecast = new JobForecast(flops, [.. Enumerable.Repeat(Model, outputs)], [], []);
        Assert.True(isSum == ClusterCarrier.IsSum(forecast, new("kind", "{}", [.. Enumerable.Repeat(blob, inputs)], 0)), what);
    }
}
