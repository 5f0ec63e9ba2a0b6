using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Federation.Aggregator;
using NMoE.Federation.Protocol;
using NMoE.Federation.Roles;
using NMoE.Federation.Tests.Devices;
using NMoE.Learning.Models;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Tests.Aggregator;

/// <summary>What fuzzing found of the aggregator, as a function of state and message.</summary>
public sealed class AskedAgainTests
{
    private readonly AggregatorRole _role = new(DeviceSpec.PlanOf());

    [Fact]
    public void Told_to_begin_again_it_says_that_it_is_there_and_once_it_is_through_that_it_is()
    {
        var begun = _role.Handle(_role.Initial, Begin).State;
        Assert.Equal(new NothingNew(), Answer(begun));
        Assert.Equal(new TrainingFinished(), Answer(begun with { Durable = begun.Durable with { Stage = Stages.Finished } }));
        Assert.Empty(_role.Handle(_role.Initial, Begin).Effects);
    }

    [Fact]
    public void Initial_parts_have_their_places_in_whatever_order_they_were_drawn()
    {
        var (extractor, predictor) = (Drawn(ModelPart.Extractor, 'e'), Drawn(ModelPart.Expert, 'h'));
        var inOrder = _role.Handle(_role.Handle(_role.Initial, extractor).State, predictor).State;
        var turned = _role.Handle(_role.Handle(_role.Initial, predictor).State, extractor).State;
        Assert.Equal(["e", "h"], inOrder.Durable.Extractor.Select(part => part.Hash.Hex));
        Assert.Equal<BlobRef>(inOrder.Durable.Extractor, turned.Durable.Extractor);
    }

    private static Delivery Begin => new(DeviceId.Supervisor, new BeginTraining());

    private IMessage Answer(AggregatorState state)
    {
        var send = Assert.Single(_role.Handle(state, Begin).Effects.OfType<Send>());
        Assert.Equal(DeviceId.Supervisor, send.To);
        return send.Message;
    }

    private static JobFinished Drawn(ModelPart part, char name) =>
        new(new InitialTag(part), new JobResult([new BlobRef(new BlobHash($"{name}"), 10)], ImmutableSortedDictionary<string, double>.Empty, []));
}
