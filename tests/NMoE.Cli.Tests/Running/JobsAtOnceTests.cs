using NMoE.Cli.Running;
using NMoE.Federation.Configuration;
using NMoE.Learning.Devices;

namespace NMoE.Cli.Tests.Running;

/// <summary>How many jobs a GPU computes at once.</summary>
public sealed class JobsAtOnceTests
{
    [Theory]
    [InlineData(100, 40, 4, 2)]
    [InlineData(100, 25, 4, 4)]
    [InlineData(100, 1, 4, 4)]
    [InlineData(100, 100, 4, 1)]
    public void As_many_as_fit_and_no_more_than_there_are_threads(long memory, long needed, int threads, int jobs) =>
        Assert.Equal(jobs, JobsAtOnce.Of(new ComputeDevice(0), memory, needed, threads));

    [Fact]
    public void A_job_that_does_not_fit_is_refused() => Assert.Equal(
        "compute.device = cuda:1: a mini-batch of stage 1 takes about 101 B, and jobs may fill 100 B of its memory. Raise compute.device-memory, or lower model.width or extractor.batch.",
        Assert.Throws<NoDeviceException>(() => JobsAtOnce.Of(new ComputeDevice(1), 100, 101, 4)).Message);

    /// <summary>ResNet-18 of width 64 has 11 million parameters: three copies of 4 bytes, twice, are 268 MB, and 64 pictures of activations come beside.</summary>
    [Fact]
    public void A_job_is_counted_with_its_parameters_and_pictures()
    {
        long Needed(int batch) => JobsAtOnce.Needed(ExperimentReader.Read("x.conf", ["model.width=64", FormattableString.Invariant($"extractor.batch={batch}")], _ => string.Empty).Settings);
        Assert.InRange(Needed(1), (256L << 20) + 268_000_000, (256L << 20) + 330_000_000);
        Assert.Equal(Needed(3) - Needed(2), Needed(2) - Needed(1));
        Assert.True(Needed(2) > Needed(1));
    }
}
