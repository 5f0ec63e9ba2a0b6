using NMoE.Federation.Algorithms;
using NMoE.Federation.Fuzzing;
using NMoE.Federation.Settings;
using NMoE.Simulation.Faults;
using NMoE.Simulation.Time;

namespace NMoE.Federation.Tests.Fuzzing;

/// <summary>Exactly-once effect: every message comes twice, and the models are the same to the bit.</summary>
public sealed class DuplicateSpecs : FuzzSpec
{
    [Theory]
    [InlineData(1)]
    [InlineData(400)]
    public void Duplicates_of_every_message_change_no_model(int milliseconds)
    {
        var differing = Enumerable.Range(0, 40).Select(seed => InStep(Drawing.Of((ulong)seed)))
            .Where(drawn => Run(With(drawn, [])).ModelHash != Run(With(drawn, [Twice(milliseconds)])).ModelHash)
            .Select(drawn => drawn.Seed);
        Assert.Empty(differing);
    }

    /// <summary>All clients in every round: who comes first decides nothing. And links so fast that twice the bytes make nobody late.</summary>
    private static FuzzCase InStep(FuzzCase drawn)
    {
        const double fast = 10e9;
        var rates = new RatesSection { Up = fast, Down = fast, ServerUp = fast, ServerDown = fast };
        var (stage, channel, mix) = (drawn.Plan.Settings.Extractor, drawn.Plan.Settings.Channel, drawn.Plan.Settings.Mix);
        return drawn with
        {
            Plan = Plans.Of(
                drawn.Plan.Settings with
                {
                    Extractor = stage with { Quorum = 1, Cohort = stage.Cohort with { Participation = 1, Aggregation = Aggregation.Synchronous } },
                    Channel = channel with { Bandwidth = fast, Rates = rates, Mobility = new() },
                    Mix = mix.IsEmpty ? mix : DeviceMix.Of([.. mix.Kinds.Select(kind => kind with { Rates = rates, Device = drawn.Plan.Settings.Device })], drawn.Plan.Settings.Experiment.Clients, Seeds.Of(drawn.Plan.Settings)),
                },
                drawn.Plan.Deal.Data),
        };
    }

    private static FuzzCase With(FuzzCase drawn, MessageFault[] rules)
    {
        var settings = drawn.Plan.Settings;
        var faults = new FaultsSection { Rules = [.. rules], Crashes = settings.Faults.Crashes with { Share = 0 }, Churn = settings.Faults.Churn with { Up = TimeSpan.Zero } };
        return drawn with { Plan = Plans.Of(settings with { Faults = faults }, drawn.Plan.Deal.Data) };
    }

    private static MessageFault Twice(int milliseconds) => new(
        FaultVerb.Duplicate, TimeSpan.FromMilliseconds(milliseconds), 100, null, DeviceGroup.Any, DeviceGroup.Any, VirtualTime.Zero, new VirtualTime(long.MaxValue));
}
