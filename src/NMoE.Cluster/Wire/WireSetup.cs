using System.Collections.Immutable;
using Akka.Actor.Setup;

namespace NMoE.Cluster.Wire;

/// <summary>Hands a node's forms to its serializer: an ActorSystem is one node, so nothing about it is static.</summary>
/// <param name="forms">All kinds of messages that the node may send and read.</param>
internal sealed class WireSetup(ImmutableArray<WireForm> forms) : Setup
{
    public ImmutableArray<WireForm> Forms { get; } = forms;
}
