using System.Globalization;
using Akka.Actor;
using NMoE.Cluster.Blobs;

namespace NMoE.Cluster.Live.Ports;

/// <summary>Where things are on other nodes, and on this one.</summary>
/// <param name="system">This node's system.</param>
internal sealed class Peers(ActorSystem system)
{
    /// <summary>The name of a node's own actor under <c>/user</c>, the same on every node.</summary>
    public const string NodeName = "live";

    /// <summary>The name of its network below that.</summary>
    public const string NetworkName = "network";

    /// <summary>The name of the singleton's manager under <c>/user</c>.</summary>
    public const string DirectorManager = "live-director";

    /// <summary>The singleton's name below that.</summary>
    public const string DirectorName = "singleton";

    private readonly IActorRefProvider _provider = ((ExtendedActorSystem)system).Provider;

    /// <summary>This node.</summary>
    public Address Self => _provider.DefaultAddress;

    /// <summary>The node of an actor.</summary>
    public Address AddressOf(IActorRef actor) => actor.Path.Address.HasLocalScope ? Self : actor.Path.Address;

    /// <summary>A node's address by its name, <c>host:port</c>; protocol and system are those of this one.</summary>
    public Address Address(string name)
    {
        var colon = name.LastIndexOf(':');
        return new Address(Self.Protocol, Self.System, name[..colon], int.Parse(name.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture));
    }

    /// <summary>A node's name, <c>host:port</c>.</summary>
    public static string NameOf(Address node) => FormattableString.Invariant($"{node.Host}:{node.Port}");

    /// <summary>A node's own actor.</summary>
    public IActorRef Node(Address node) => _provider.ResolveActorRef(User(node) / NodeName);

    /// <summary>This node's exchange of blobs.</summary>
    public IActorRef Exchange => _provider.ResolveActorRef(User(Self) / BlobExchange.Name);

    /// <summary>A node's network.</summary>
    public IActorRef Network(Address node) => _provider.ResolveActorRef(User(node) / NodeName / NetworkName);

    /// <summary>The director, if it is on that node.</summary>
    public IActorRef Director(Address node) => _provider.ResolveActorRef(User(node) / DirectorManager / DirectorName);

    private static ActorPath User(Address node) => new RootActorPath(node) / "user";
}
