using NMoE.Federation.Aggregator;
using NMoE.Federation.Experiments;
using NMoE.Federation.Fuzzing;
using NMoE.Federation.Roles;
using NMoE.Simulation.Faults;

namespace NMoE.Federation.Tests.Fuzzing;

/// <summary>A short search with fixed seeds. <c>nmoe fuzz</c> runs as many as there is time for.</summary>
public sealed class CampaignSpecs : FuzzSpec
{
    private const int Seeds = 200;

    [Fact]
    public void In_none_of_some_hundred_cases_does_an_invariant_fail_and_faults_meet_most_states()
    {
        var coverage = new Coverage();
        var results = Enumerable.Range(0, Seeds).Select(seed => Run(Drawing.Of((ulong)seed), coverage: coverage)).ToArray();
        Assert.Empty(results.Where(result => result.Violation is not null).Select(result => $"seed {result.Case.Seed}: {result.Violation}"));

        // Neither does all succeed, nor does all fail: else nothing would be tried.
        Assert.InRange(results.Count(result => result.Reason is null), Seeds / 2, Seeds - 10);
        Assert.InRange(coverage.Empty.Length, 0, RoleStates.All.Length * Coverage.Faults.Length / 3);
    }

    [Fact]
    public void In_none_of_the_cases_in_which_the_aggregator_can_move_does_an_invariant_fail_and_in_many_it_does_move()
    {
        var moved = new SortedSet<ulong>();
        var drawn = Enumerable.Range(10_000, Seeds).Select(seed => Drawing.Of((ulong)seed)).Where(drawn => drawn.Plan.Pipeline.Places > 1).ToArray();
        var results = drawn.Select(one => Run(one, plan => RoleSet.Of(plan) with
        {
            Standby = place => new Planted<AggregatorState>(new AggregatorRole(plan, place))
            {
                Change = (_, _, decision) =>
                {
                    if (decision.Effects.OfType<Observe>().Any(effect => effect.Observation is AggregatorMoved))
                    {
                        moved.Add(one.Seed);
                    }

                    return decision;
                },
            },
        })).ToArray();
        Assert.Empty(results.Where(result => result.Violation is not null).Select(result => $"seed {result.Case.Seed}: {result.Violation}"));
        Assert.InRange(moved.Count, drawn.Length / 4, drawn.Length);
        Assert.InRange(results.Count(result => result.Reason is null && moved.Contains(result.Case.Seed)), moved.Count / 3, moved.Count);
    }

    [Fact]
    public void The_same_seed_is_the_same_case_and_the_same_trace()
    {
        for (var seed = 300UL; seed < 310; seed++)
        {
            var (first, second) = (Run(Drawing.Of(seed)), Run(Drawing.Of(seed)));
            Assert.Equal<string>(first.Case.Sentences, second.Case.Sentences);
            Assert.Equal((first.TraceHash, first.Events, first.End), (second.TraceHash, second.Events, second.End));
        }
    }

    /// <summary>A median of 0 has no logarithm, and the search once took that for a violation.</summary>
    [Theory]
    [InlineData("log-normal")]
    [InlineData("uniform")]
    public void Delays_that_vary_vary_with_what_is_drawn_in_their_place(string form)
    {
        var drawing = new CaseDrawing(Configuration.Experiments.Read($"channel {{ model = shared, delay = 40 ms, delay-form = {form}, delay-spread = 10 ms }}").Settings);
        var results = Enumerable.Range(0, 40).Select(seed => Run(drawing.Of((ulong)seed))).ToArray();
        Assert.Empty(results.Where(result => result.Violation is not null).Select(result => $"seed {result.Case.Seed}: {result.Violation}"));
        var delays = results.Select(result => result.Case.Plan.Settings.Channel.Delay).ToArray();
        Assert.All(delays.Where(delay => delay.Value > TimeSpan.Zero), delay => Assert.Equal((4.0, form), (delay.Value / delay.Spread, delay.Form == Federation.Settings.DelayForm.Uniform ? "uniform" : "log-normal")));
        Assert.Contains(delays, delay => delay.Value == TimeSpan.Zero && delay.Form == Federation.Settings.DelayForm.Constant);
    }

    [Fact]
    public void Another_order_of_the_events_of_an_instant_is_another_trace()
    {
        var drawn = Drawing.Of(301);
        var traces = new ulong?[] { null, 1, 2 }.Select(ties => Run(drawn with { TieSeed = ties }).TraceHash).ToArray();
        Assert.Equal(3, traces.Distinct().Count());
    }

    [Fact]
    public void Only_clients_come_and_go()
    {
        foreach (var state in RoleStates.All)
        {
            Assert.Equal(state.Role != "client", Coverage.Impossible(FaultKind.Churn, state) is not null);
            Assert.Null(Coverage.Impossible(FaultKind.Crash, state));
        }
    }
}
