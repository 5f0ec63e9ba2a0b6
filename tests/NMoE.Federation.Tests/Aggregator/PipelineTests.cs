using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Federation.Aggregator;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Federation.Tests.Devices;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Tests.Aggregator;

/// <summary>The list of stages that an experiment has, and the halves that the aggregator leads them with.</summary>
public sealed class PipelineTests
{
    /// <summary>Overrides, separated by semicolons, and the stages.</summary>
    public static TheoryData<string, string> Pipelines => new()
    {
        { "inference.gates=[rangate]", "joining, extractor, expert, finished" },
        { "inference.gates=[fedgate]", "joining, extractor, expert, sharing, gate, finished" },
        { "inference.gates=[rollgate]", "joining, extractor, expert, rollgate, finished" },
        { "inference.gates=[rollgate, localgate, fedgate]", "joining, extractor, expert, sharing, gate, rollgate, finished" },
        { "inference.gates=[rollgate]; extractor.method=cyclic", "joining, extractor, expert, rollgate, finished" },
        { "inference.gates=[priorgate]; extractor.method=fedsc", "joining, extractor, expert, sharing, gate, finished" },
    };

    [Theory]
    [MemberData(nameof(Pipelines))]
    public void An_experiment_has_the_stages_that_its_gates_need_in_their_order(string overrides, string stages)
    {
        var plan = PlanOf(overrides);

        Assert.Equal(stages, string.Join(", ", plan.Pipeline.Order));
        Assert.Equal(plan.Pipeline.Order, ServerHalves.Of(plan, 0, state => Decision.Of(state)).Select(half => half.Stage));
        Assert.Equal(plan.Pipeline.Order.Order(Comparer<string>.Create((one, other) => Stages.Steps.IndexOf(one) - Stages.Steps.IndexOf(other))), plan.Pipeline.Order);
    }

    /// <summary>A stage goes on with what it had, and asks its clients again: none stands still after a crash.</summary>
    [Theory]
    [MemberData(nameof(Pipelines))]
    public void After_a_crash_each_stage_goes_on_as_itself_and_waits_for_something(string overrides, string stages)
    {
        var plan = PlanOf(overrides);
        var role = new AggregatorRole(plan);
        Assert.All(stages.Split(", "), stage =>
        {
            var resumed = role.Handle(new AggregatorState(Known(plan, stage)), new Restarted());

            Assert.Equal(stage, resumed.State.Durable.Stage);
            Assert.Contains(resumed.Effects, effect => effect is SetTimer);
            Assert.DoesNotContain(resumed.Effects, effect => effect is GiveUp);
        });
    }

    /// <summary>Whatever the stage, who asks hears something, and each model that was published before once.</summary>
    [Theory]
    [MemberData(nameof(Pipelines))]
    public void Who_was_away_is_told_what_the_stages_before_have_left(string overrides, string stages)
    {
        var plan = PlanOf(overrides);
        var role = new AggregatorRole(plan);
        var order = stages.Split(", ");
        Assert.All(order, stage =>
        {
            var told = role.Handle(new AggregatorState(Known(plan, stage) with { Experts = [0, 1], Ready = [0, 1] }), new Delivery(DeviceId.Client(2), new Rejoin(0)));

            var models = told.Effects.OfType<SendAgain>().Select(again => again.What.Message).OfType<PublishModel>().Select(model => model.Stage);
            var now = Array.IndexOf(order, stage);
            var left = order[..now].Where(before => before is Stages.Gate or Stages.Rolling);
            Assert.Equal(now >= Array.IndexOf(order, Stages.Expert) ? left.Prepend(Stages.Extractor) : [], models);
            Assert.Equal(new Send(DeviceId.Client(2), new NothingNew(), Stages.Control), told.Effects[^1]);
        });
    }

    [Theory]
    [MemberData(nameof(Pipelines))]
    public void Another_place_cannot_go_on_with_a_stage_that_the_experiment_has_not(string overrides, string stages)
    {
        var plan = PlanOf(overrides + "; aggregator.standby=[base-station]");
        var kept = Assert.Single(new AggregatorRole(plan).Handle(new AggregatorState(Known(plan, Stages.Expert)), new Restarted()).Effects.OfType<Send>().Select(send => send.Message).OfType<Checkpoint>());

        Assert.All(Stages.Published, stage => Assert.Equal(
            stages.Split(", ").Contains(stage), MessageForms.IsPossible(plan.Pipeline.Bounds(plan.Deal, plan.Model), DeviceId.Aggregator, kept with { Step = stage })));
    }

    private static Plan PlanOf(string overrides) => DeviceSpec.PlanOf(overrides.Split("; "));

    private static AggregatorDurable Known(Plan plan, string stage) => new()
    {
        Stage = stage,
        MayBegin = true,
        Round = 1,
        Joined = ImmutableSortedDictionary.CreateRange(plan.Deal.ClientNumbers.Select(client => KeyValuePair.Create(client, plan.Deal.MostRows))),
        Extractor = [.. plan.Model.SharedParts.Select(part => Blob((char)('a' + (int)part)))],
        Gates = ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, Stages.Gates.Select(gate => KeyValuePair.Create(gate, Blob('9')))),
        Experts = [.. plan.Deal.ClientNumbers],
        Ready = [.. plan.Deal.ClientNumbers],
    };

    private static BlobRef Blob(char digit) => new(new BlobHash(new string(digit, 64)), 1000);
}
