using NMoE.Cluster.Live;
using NMoE.Cluster.Live.Hosting;

namespace NMoE.Cluster.Tests.Live;

/// <summary>Nodes that were started with something else than the others: each is told what differs, where, and what would be right.</summary>
public sealed class NodeRefusalTests
{
    private const string Ours = "0123456789abcdef";

    [Theory]
    [InlineData(Ours, "nmoe 1 (code c0de, data cifar10 da7a)", 3, null)]
    [InlineData(Ours, "nmoe 1 (code c0de, data cifar10 da7a)", 2, "it waits for 2 nodes, and the others for 3: start it with --nodes 3")]
    [InlineData(Ours, "nmoe 1 (code c0de, data cifar10 da7a)", 4, "it waits for 4 nodes, and the others for 3: start it with --nodes 3")]
    [InlineData(
        Ours, "nmoe 1 (code dead, data cifar10 da7a)", 3,
        "it runs nmoe 1 (code dead, data cifar10 da7a), and the others nmoe 1 (code c0de, data cifar10 da7a): start all nodes from one version of nmoe and with the same data")]
    [InlineData(
        Ours, "nmoe 1 (code c0de, data cifar10 beef)", 3,
        "it runs nmoe 1 (code c0de, data cifar10 beef), and the others nmoe 1 (code c0de, data cifar10 da7a): start all nodes from one version of nmoe and with the same data")]
    [InlineData(
        "fedcba9876543210", "nmoe 1 (code c0de, data cifar10 da7a)", 3,
        "its experiment has the configuration fedcba987654, and that of the others 0123456789ab: start it with the same file and overrides")]
    [InlineData("f", "nmoe 1 (code c0de, data cifar10 da7a)", 3, "its experiment has the configuration f, and that of the others 0123456789ab: start it with the same file and overrides")]
    [InlineData(
        "fedcba9876543210", "nmoe 1 (code c0de, data cifar10 da7a)", 2,
        "its experiment has the configuration fedcba987654, and that of the others 0123456789ab: start it with the same file and overrides")]
    [InlineData(
        "fedcba9876543210", "nmoe 2 (code c0de, data cifar10 da7a)", 2,
        "it runs nmoe 2 (code c0de, data cifar10 da7a), and the others nmoe 1 (code c0de, data cifar10 da7a): start all nodes from one version of nmoe and with the same data")]
    public void A_node_is_told_the_first_thing_that_differs_and_what_would_be_right(string configuration, string code, int nodes, string? reason)
    {
        var others = new LiveSettings(null!, Ours, "nmoe 1 (code c0de, data cifar10 da7a)", 3, "/nowhere", _ => throw new NotSupportedException());
        Assert.Equal(reason, LiveDirector.Refusal(new NodeReady(configuration, code, nodes), others));
    }
}
