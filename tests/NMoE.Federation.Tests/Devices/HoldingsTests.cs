using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Federation.Devices;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Tests.Devices;

/// <summary>The store is nobody's memory: a device names what it has, in a simulated world and in a live one.</summary>
public sealed class HoldingsTests
{
    private static readonly BlobRef s_first = new(new BlobHash(new string('1', 64)), 5);
    private static readonly BlobRef s_second = new(new BlobHash(new string('2', 64)), 5);
    private readonly Holdings _holdings = new(new DeviceId(3));

    [Fact]
    public void A_job_that_names_what_its_device_has_is_begun()
    {
        _holdings.Add([s_first, s_second]);
        _holdings.Check(Of(s_first, s_second));
        _holdings.Check(Of());
    }

    [Fact]
    public void A_job_that_names_what_its_device_has_not_is_refused_by_both_names()
    {
        _holdings.Add([s_first]);
        var error = Assert.Throws<SimulationRuleException>(() => _holdings.Check(Of(s_first, s_second)));
        Assert.Equal("client-3 names blob 222222222222(5 B) in a job 'average', but neither made nor received it.", error.Message);
    }

    private static Job Of(params BlobRef[] inputs) => new("average", "{}", [.. inputs], 0);
}
