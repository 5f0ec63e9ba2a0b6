using NMoE.Cli.Running;
using NMoE.Federation.Configuration;
using NMoE.Learning.Data;

namespace NMoE.Cli.Tests.Running;

/// <summary>What is said of how data are dealt: generated pictures, 5000 to learn from and 2000 to judge with, ten classes.</summary>
public sealed class ShardsTests
{
    [Fact]
    public void Test_shards_that_cannot_be_as_large_as_asked_are_smaller_and_said_to_be()
    {
        var shards = Of("experiment.clients = 10, data { partition = dirichlet, alpha = 0.1, train-per-client = 100, test-per-client = 200 }, inference.test-partitions = [same, iid]");
        var same = shards.Dealt.Single(dealt => dealt.Set == "same");
        Assert.Equal(200, same.Asked);
        Assert.InRange(same.PerClient, 20, 199);

        // A picture in as many as the shard has, and one in a hundred: half of it in each of ten classes at most.
        Assert.InRange(same.Largest!.Value, 0, 5 * ((1.0 / same.PerClient) + 0.01));
        Assert.Equal(same.PerClient, shards.Dealt.Single(dealt => dealt.Set == "iid").PerClient);
        Assert.Contains(
            shards.Lines, line => line.StartsWith(
                $"data       test set 'same': Dirichlet(0.1), {same.PerClient} pictures a client (data.test-per-client asks for 200; more than {same.PerClient} in the shares", StringComparison.Ordinal));
    }

    [Fact]
    public void Training_shards_whose_classes_ran_out_say_how_far_they_are_from_what_was_drawn()
    {
        var shards = Of("experiment.clients = 10, data { partition = dirichlet, alpha = 0.1, train-per-client = 500, test-per-client = 20 }");
        Assert.InRange(shards.Dealt[0].Largest!.Value, 0.3, 1);
        Assert.Contains(shards.Lines, line => line.StartsWith("data       training shards: Dirichlet(0.1), 500 pictures a client; class shares differ from those drawn by at most 0.", StringComparison.Ordinal));
    }

    [Fact]
    public void Data_that_are_dealt_as_asked_keep_their_sizes() => Assert.Equal(
        [("training", 100, 100), ("same", 200, 200)],
        Of("experiment.clients = 10, data { partition = non-iid, train-per-client = 100, test-per-client = 200 }").Dealt.Select(dealt => (dealt.Set, dealt.PerClient, dealt.Asked)));

    private static Shards Of(string text)
    {
        var settings = ExperimentReader.Read("it.conf", [], _ => text).Settings;
        return Shards.Of(settings, new DataCatalog(null));
    }
}
