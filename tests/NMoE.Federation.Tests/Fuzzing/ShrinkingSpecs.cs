using NMoE.Federation.Aggregator;
using NMoE.Federation.Experiments;
using NMoE.Federation.Fuzzing;
using NMoE.Federation.Roles;
using NMoE.Simulation.Faults;

namespace NMoE.Federation.Tests.Fuzzing;

/// <summary>A planted fault that takes one crash of the aggregator: it forgets then who had joined.</summary>
public sealed class ShrinkingSpecs : FuzzSpec
{
    private static readonly Func<Plan, RoleSet> Forgetful = plan => RoleSet.Of(plan) with
    {
        Aggregator = () => new Planted<AggregatorState>(new AggregatorRole(plan))
        {
            Forget = state => state with { Durable = state.Durable with { Joined = state.Durable.Joined.Clear() } },
        },
    };

    [Fact]
    public void What_takes_one_fault_is_shrunk_to_one_and_its_sentence_can_be_pasted()
    {
        var failing = Enumerable.Range(0, 400).Select(seed => Drawing.Of((ulong)seed)).Where(drawn => drawn.Sentences.Length >= 4)
            .Select(drawn => Run(drawn, Forgetful)).First(result => result.Violation is { Invariant: "nothing-durable-is-forgotten" });
        var shrunk = Shrinking.Shrink(failing, smaller => Run(smaller, Forgetful));
        Assert.Equal("nothing-durable-is-forgotten", shrunk.Violation!.Invariant);
        var sentence = Assert.Single(shrunk.Case.Sentences);
        Assert.Matches("^faults.schedule: \"at .* crash aggregator", sentence);

        var pasted = Configuration.Experiments.Read($"faults.schedule = [{sentence["faults.schedule: ".Length..]}]").Settings.Faults.Schedule;
        Assert.Equal(Assert.Single(shrunk.Case.Plan.Settings.Faults.Schedule).At, Assert.Single(pasted).At);
        Assert.Equal(DeviceVerb.Crash, pasted[0].Verb);
        Assert.Null(Run(shrunk.Case.WithOneFaultLess().Single(), Forgetful).Violation);
    }
}
