using System.Collections.Immutable;
using NMoE.Compute.Execution;
using NMoE.Federation.Measurement;
using NMoE.Federation.Roles;
using NMoE.Federation.Tests.Devices;
using NMoE.Learning.Data;
using NMoE.Learning.Registry;
using NMoE.Simulation.Network;
using NMoE.Simulation.Time;

namespace NMoE.Federation.Tests.Measurement;

public sealed class LatencySpecs
{
    [Fact]
    public void A_few_latencies_are_all_there_with_the_nearest_rank_in_the_middle_and_near_the_end()
    {
        // Ranks ceil(0.5 * 5) = 3 and ceil(0.95 * 5) = 5.
        var found = Latency.Of("fedgate", "iid", Seconds(5, 1, 4, 2, 3))!;
        Assert.Equal((5, 3.0, 5.0), (found.Requests, found.MedianSeconds, found.P95Seconds));
        Assert.Equal([1.0, 2, 3, 4, 5], found.QuantileSeconds.AsEnumerable());
    }

    [Fact]
    public void Of_many_200_quantiles_are_kept_and_the_last_is_the_longest()
    {
        // 1..1000 in some order: 613 and 1000 share no factor.
        var found = Latency.Of("fedgate", "iid", Seconds([.. Enumerable.Range(1, 1000).Select(i => (double)((i * 613 % 1000) + 1))]))!;
        Assert.Equal((1000, 500.0, 950.0), (found.Requests, found.MedianSeconds, found.P95Seconds));
        Assert.Equal(Enumerable.Range(1, 200).Select(part => 5.0 * part), found.QuantileSeconds);
    }

    [Fact]
    public void Nothing_answered_has_no_distribution_and_a_mean_of_nothing()
    {
        Assert.Null(Latency.Of("fedgate", "iid", []));
        Assert.Equal(0, Latency.MeanSeconds([]));
        Assert.Equal(2.5, Latency.MeanSeconds(Seconds(1, 4)));
    }

    /// <summary>Its requests once counted twice, and neither time held the outage.</summary>
    [Fact]
    public void A_request_that_is_made_again_after_a_crash_is_one_request_from_its_first_beginning_to_its_last_answer()
    {
        var executor = new RehearsalExecutor(LearningFunctions.All(new DataCatalog(null)), _ => null);
        var observer = new RunObserver(
            DeviceSpec.PlanOf(), executor, new Ledger(), ImmutableSortedDictionary<Federation.Settings.TestPartition, ImmutableArray<Compute.Blobs.BlobRef>>.Empty, _ => { });
        foreach (var (second, request, ends) in new[] { (10, 0, false), (12, 0, true), (12, 1, false), (100, 0, false), (103, 0, true), (103, 1, false), (104, 1, true), (104, 2, false) })
        {
            observer.Observe(VirtualTime.Zero + TimeSpan.FromSeconds(second), new RequestMark(1, 0, request, ends));
        }

        // Request 2 has no answer yet.
        Assert.Equal(Seconds(93, 92), observer.Latencies(0));
        Assert.Empty(observer.Latencies(1));
    }

    private static TimeSpan[] Seconds(params double[] seconds) => [.. seconds.Select(TimeSpan.FromSeconds)];
}
