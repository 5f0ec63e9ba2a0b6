using System.Collections.Immutable;
using Akka.Actor.Setup;

namespace NMoE.Cluster.Wire;

/// <summary>Hands a node's forms and seal to its serializers: an ActorSystem is one node, so nothing about it is static.</summary>
/// <param name="forms">All kinds of messages that the node may send and read.</param>
/// <param name="seal">What proves that a message comes from a peer that knows the cluster's secret.</param>
internal sealed class WireSetup(ImmutableArray<WireForm> forms, MessageSeal seal) : Setup
{
    public ImmutableArray<WireForm> Forms { get; } = forms;

    public MessageSeal Seal { get; } = seal;

    public static WireSetup Of(ActorSystemSetup given) =>
        given.Get<WireSetup>() is { HasValue: true, Value: var setup } ? setup : new WireSetup([], MessageSeal.None);
}
