using NMoE.Compute.Blobs;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Tests.Roles;

public sealed class RingTests
{
    private static readonly RingRules Rules = new(3, 0.1, RingKind.OfExperts);
    private static readonly TravellingModel First = Ring.First(Stages.Rolling, 0, [4, 7], [new BlobRef(new BlobHash(new string('a', 64)), 100)]);

    [Fact]
    public void The_gate_goes_around_as_long_as_the_mean_loss_moves_then_once_more_and_to_the_aggregator()
    {
        // Means 1.5, 1.0 and 0.95: the last moved by 0.05 only.
        var steps = Walk(First, 1, 2, 1.2, 0.8, 1, 0.9);
        Assert.Equal(
            ["client-4 Train", "client-7 Train", "client-4 Train", "client-7 Train", "client-4 Train", "client-7 Train", "client-4 Adopt", "client-7 Adopt", "aggregator Done"],
            steps.Select(gate => $"{Ring.Receiver(gate, DeviceId.Aggregator)} {gate.Step}"));
        Assert.Equal([double.PositiveInfinity, 1.5, 1, 0.95], steps.Where(gate => gate.Hop % 2 == 0).Select(gate => Math.Round(gate.LastLoss, 9)).Distinct());
        Assert.Equal(Enumerable.Range(0, 9), steps.Select(gate => gate.Hop));
    }

    [Fact]
    public void It_stops_when_the_loss_settles_and_after_the_last_lap()
    {
        Assert.Equal(4, Walk(First, 1, 1, 1.05, 1.05).Count(gate => gate.Step == RingStep.Train));
        Assert.Equal(6, Walk(First, 9, 9, 5, 5, 1, 1).Count(gate => gate.Step == RingStep.Train));
    }

    [Fact]
    public void A_loss_that_rises_moves_too() => Assert.Equal(6, Walk(First, 1, 1, 2, 2, 2, 2).Count(gate => gate.Step == RingStep.Train));

    [Fact]
    public void Who_was_passed_over_does_not_count_in_the_mean_and_is_passed_over_in_the_next_lap_too()
    {
        var second = Ring.Next(First with { Losses = 3 }, Rules);
        var lap = Ring.EndedLap(Ring.Miss(second))!;
        Assert.Equal((1, 3.0, 1), (lap.Round, lap.Loss, lap.Participants));
        var next = Ring.Next(Ring.Miss(second), Rules);
        Assert.Equal((2, 3.0, 0.0), (next.Hop, next.LastLoss, next.Losses));
        Assert.Equal<int>([7], next.Missed);
        Assert.False(Ring.IsToSkip(next), "Client 4 is there.");
        Assert.True(Ring.IsToSkip(Ring.Next(next, Rules)), "Client 7 is waited for again.");
        Assert.Equal([1, 2, 2], new[] { second, next, Ring.Next(next, Rules) }.Select(Ring.Lap));
    }

    [Fact]
    public void Those_who_missed_the_final_gate_are_named_to_the_aggregator()
    {
        var done = Ring.Next(Ring.Miss(First with { Hop = 5, Step = RingStep.Adopt }), Rules);
        Assert.Equal((RingStep.Done, DeviceId.Aggregator, 7), (done.Step, Ring.Receiver(done, DeviceId.Aggregator), Assert.Single(done.Missed)));
        Assert.Null(Ring.EndedLap(First with { Hop = 5, Step = RingStep.Adopt }));
    }

    [Fact]
    public void A_model_of_those_that_joined_goes_to_the_aggregator_after_its_last_lap()
    {
        var steps = Walk(First, Rules with { Kind = RingKind.OfJoined }, 9, 9, 5, 5, 1, 1);
        Assert.Equal((7, RingStep.Done, DeviceId.Aggregator), (steps.Count, steps[^1].Step, Ring.Receiver(steps[^1], DeviceId.Aggregator)));
    }

    [Fact]
    public void A_ring_of_one_goes_from_itself_to_itself()
    {
        var steps = Walk(First with { Ring = [4] }, 1, 1);
        Assert.Equal(["client-4 Train", "client-4 Train", "client-4 Adopt", "aggregator Done"], steps.Select(gate => $"{Ring.Receiver(gate, DeviceId.Aggregator)} {gate.Step}"));
    }

    /// <summary>Two hours for each of 2 * (3 + 1) hops.</summary>
    [Fact]
    public void A_ring_is_waited_for_as_long_as_all_its_hops_may_take()
    {
        Assert.Equal(TimeSpan.FromHours(16), Ring.Patience(Rules, TimeSpan.FromHours(2), 2));
        Assert.Equal(TimeSpan.FromHours(1e6), Ring.Patience(Rules with { Laps = 10_000 }, TimeSpan.FromHours(10_000), 100_000));
    }

    /// <summary>Every hop from the first to the end, where each turn of training has the next of these losses.</summary>
    private static List<TravellingModel> Walk(TravellingModel first, params double[] losses) => Walk(first, Rules, losses);

    private static List<TravellingModel> Walk(TravellingModel first, RingRules rules, params double[] losses)
    {
        List<TravellingModel> steps = [first];
        while (steps[^1].Step != RingStep.Done)
        {
            var now = steps[^1];
            steps.Add(Ring.Next(now.Step == RingStep.Train ? now with { Losses = now.Losses + losses[now.Hop] } : now, rules));
        }

        return steps;
    }
}
