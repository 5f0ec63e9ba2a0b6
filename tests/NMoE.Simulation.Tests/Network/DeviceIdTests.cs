using NMoE.Simulation.Faults;
using NMoE.Simulation.Network;

namespace NMoE.Simulation.Tests.Network;

public sealed class DeviceIdTests
{
    [Theory]
    [InlineData(0, -1, "aggregator")]
    [InlineData(1, -3, "aggregator-2")]
    [InlineData(2, -4, "aggregator-3")]
    public void Each_place_of_the_aggregator_is_a_device_of_its_own(int place, int number, string name)
    {
        var device = DeviceId.AggregatorAt(place);
        Assert.Equal((number, name, place), (device.Number, device.ToString(), device.Place));
        Assert.True(device.IsAggregator && !device.IsClient);
    }

    [Theory]
    [InlineData(0, "edge-0")]
    [InlineData(4_194_303, "edge-4194303")]
    public void Each_site_has_an_edge_server_that_is_no_other_device(int site, string name)
    {
        var device = DeviceId.Edge(site);
        Assert.Equal((site, name), (device.Site, device.ToString()));
        Assert.True(device.IsEdge && !device.IsAggregator && !device.IsClient);
        Assert.All(new[] { DeviceId.Aggregator, DeviceId.Supervisor, DeviceId.AggregatorAt(1000), DeviceId.Client(4_194_303) }, other => Assert.False(other.IsEdge));
        Assert.True(DeviceGroup.Any.Contains(device));

        var known = new ByDevice<string>();
        var all = new[] { device, DeviceId.Aggregator, DeviceId.Client(site % 7) };
        Array.ForEach(all, one => known[one] = one.ToString());
        Assert.Equal(all.Order().Select(one => (one, one.ToString())), known.All);
    }

    [Fact]
    public void The_supervisor_and_clients_are_no_places()
    {
        Assert.False(DeviceId.Supervisor.IsAggregator || new DeviceId(0).IsAggregator);
        Assert.Equal("supervisor", DeviceId.Supervisor.ToString());
    }

    [Fact]
    public void All_devices_are_the_other_places_too()
    {
        Assert.True(DeviceGroup.Any.Contains(DeviceId.AggregatorAt(2)));
        Assert.False((DeviceGroup.Any with { AllClients = Everyone.Excluded }).Contains(DeviceId.AggregatorAt(2)));
    }
}
