using System.Collections.Frozen;
using System.Collections.Immutable;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Protocol;

/// <summary>All kinds of messages. Each stands in a file of its own, and here by its name.</summary>
internal static class MessageForms
{
    private static readonly ImmutableArray<MessageForm> s_all =
    [
        Join.Form, Rejoin.Form, NothingNew.Form, BeginTraining.Form, TrainingFinished.Form, BeginServing.Form, ServingBegun.Form,
        TrainRound.Form, RoundUpdate.Form, PublishModel.Form,
        Correlate.Form, Correlated.Form, TrainAgainst.Form,
        ExpertReady.Form, ShareLatents.Form, TrainingLatents.Form, TrainingLogits.Form, GateDataReady.Form,
        TravellingModel.Form, TravellingModelTaken.Form,
        RouteLatents.Form, ExpertOutputs.Form, LinkReport.Form,
        AggregatorAt.Form, CheckpointTaken.Form, Checkpoint.Form,
    ];

    private static readonly FrozenDictionary<Type, MessageForm> s_byType = s_all.ToFrozenDictionary(form => form.Type);
    private static readonly FrozenDictionary<Wire.Envelope.MessageOneofCase, MessageForm> s_byCase = s_all.ToFrozenDictionary(form => form.Case);

    /// <summary>All of them, by kind in ordinal order.</summary>
    public static ImmutableArray<MessageForm> All { get; } = [.. s_all.OrderBy(form => form.Kind, StringComparer.Ordinal)];

    /// <summary>The form of a message.</summary>
    /// <exception cref="WireException">It has none.</exception>
    public static MessageForm Of(IMessage message) => s_byType.TryGetValue(message.GetType(), out var form)
        ? form
        : throw new WireException($"A {message.GetType().Name} has no form: name it in {nameof(MessageForms)}.");

    /// <summary>The form of the message in an envelope.</summary>
    /// <exception cref="WireException">There is none in it.</exception>
    public static MessageForm In(Wire.Envelope envelope) => s_byCase.TryGetValue(envelope.MessageCase, out var form)
        ? form
        : throw new WireException("An envelope came without a message.");

    /// <summary>Whether a message can be meant: who says it, and that its numbers are of this experiment. Nothing that comes from outside is trusted; roles take no notice of others.</summary>
    public static bool IsPossible(Bounds bounds, DeviceId from, IMessage message) => Of(message).IsPossible(message, from, bounds);
}
