using System.Collections.Frozen;
using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.Serialization;
using Akka.Cluster.Tools.Singleton;
using Akka.Cluster.Tools.Singleton.Serialization;
using Akka.Dispatch.SysMsg;
using Akka.Remote.Serialization;
using Akka.Serialization;
using NMoE.Federation.Protocol;

namespace NMoE.Cluster.Wire;

/// <summary>
/// Akka's own messages that nodes exchange: membership, heartbeats, death watch, selections by name, the singleton's handing over. Akka's serializers do the work, each reached by a name of ours, so that
/// what can stop, start, deploy or supervise an actor (PoisonPill, Kill, Create, Terminate, Failed), carry an exception by its type's name, configuration or a router cannot even be written.
/// </summary>
public sealed class AdmittedSerializer : SerializerWithStringManifest
{
    /// <summary>This serializer's number on the wire.</summary>
    public const int Number = 1002;

    // A selection carries a message, which may be a selection: as deep as bytes say, and the stack is shorter. Akka's own are one deep.
    private const int DeepestNesting = 3;

    [ThreadStatic]
    private static int s_depth;

    private readonly Serializer _selections;
    private readonly Serializer _watches;
    private readonly SerializerWithStringManifest _membership;
    private readonly SerializerWithStringManifest _handOvers;
    private readonly SerializerWithStringManifest _questions;
    private readonly FrozenDictionary<string, Func<byte[], object>> _readers;
    private readonly MessageSeal _seal;

    /// <summary>Made by Akka.</summary>
    public AdmittedSerializer(ExtendedActorSystem system)
        : base(system)
    {
        ArgumentNullException.ThrowIfNull(system);
        _selections = new MessageContainerSerializer(system);
        _watches = new SystemMessageSerializer(system);
        _membership = new ClusterMessageSerializer(system);
        _handOvers = new ClusterSingletonMessageSerializer(system);
        _questions = new MiscMessageSerializer(system);
        _seal = WireSetup.Of(system.Settings.Setup).Seal;
        _readers = Readers().ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <inheritdoc/>
    public override int Identifier => Number;

    /// <inheritdoc/>
    /// <exception cref="WireException">The message is none of those admitted.</exception>
    public override byte[] ToBinary(object obj)
    {
        var (name, inner) = Admit(obj);
        var bytes = inner.ToBinary(obj);
        if (_seal.Bytes == 0)
            return bytes;
        Array.Resize(ref bytes, bytes.Length + _seal.Bytes);
        _seal.Close(name, bytes);
        return bytes;
    }

    /// <inheritdoc/>
    /// <exception cref="WireException">The name is none of those admitted, or the bytes are no such message.</exception>
    public override object FromBinary(byte[] bytes, string manifest)
    {
        if (manifest is null || !_readers.TryGetValue(manifest, out var read))
            throw new WireException("A message of the cluster was refused: it is of a kind that nodes do not exchange.");
        if (s_depth >= DeepestNesting)
            throw new WireException("A message of the cluster was refused: it holds messages within messages.");
        var message = _seal.Open(manifest, bytes);
        s_depth++;
        try
        {
            return read(_seal.Bytes == 0 ? bytes : message.ToArray());
        }
        catch (Exception problem) when (problem is not WireException)
        {
            // Akka's readers index, cast and parse as the bytes say, and throw whatever that gives.
            throw new WireException($"A message '{manifest}' was refused: {problem.Message}");
        }
        finally
        {
            s_depth--;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="WireException">The message is none of those admitted.</exception>
    public override string Manifest(object o) => Admit(o).Name;

    private (string Name, Serializer Inner) Admit(object message) => message switch
    {
        ActorSelectionMessage => (AdmittedNames.Selection, _selections),
        Watch => (AdmittedNames.Watch, _watches),
        Unwatch => (AdmittedNames.Unwatch, _watches),
        DeathWatchNotification => (AdmittedNames.Died, _watches),
        IClusterMessage => Named(AdmittedNames.Membership, _membership, message),
        IClusterSingletonMessage => Named(AdmittedNames.HandOvers, _handOvers, message),
        ISystemMessage or null => throw Refusal(message),
        _ => Named(AdmittedNames.Questions, _questions, message),
    };

    private static (string Name, Serializer Inner) Named(FrozenDictionary<string, string> names, SerializerWithStringManifest inner, object message) =>
        names.TryGetValue(inner.Manifest(message), out var name) ? (name, inner) : throw Refusal(message);

    private static WireException Refusal(object? message) =>
        new($"A message of type {message?.GetType().Name ?? "null"} was not sent: nodes exchange none such.");

    private IEnumerable<KeyValuePair<string, Func<byte[], object>>> Readers() =>
    [
        new(AdmittedNames.Selection, bytes => ByName((ActorSelectionMessage)_selections.FromBinary(bytes, null!))),
        new(AdmittedNames.Watch, bytes => FromPeer(_watches.FromBinary<Watch>(bytes))),
        new(AdmittedNames.Unwatch, bytes => FromPeer(_watches.FromBinary<Unwatch>(bytes))),
        new(AdmittedNames.Died, bytes => FromPeer(_watches.FromBinary<DeathWatchNotification>(bytes))),
        .. Readers(AdmittedNames.Membership, _membership),
        .. Readers(AdmittedNames.HandOvers, _handOvers),
        .. Readers(AdmittedNames.Questions, _questions),
    ];

    private static IEnumerable<KeyValuePair<string, Func<byte[], object>>> Readers(FrozenDictionary<string, string> names, SerializerWithStringManifest inner) =>
        names.Select(name => new KeyValuePair<string, Func<byte[], object>>(name.Value, bytes => inner.FromBinary(bytes, name.Key)));

    // Akka takes them as they are: without an actor they crash whoever gets them, and with one of this node a peer could have it watch, or be told of deaths, in another's name.
    private static object FromPeer(ISystemMessage message)
    {
        var (ours, theirs) = message switch
        {
            Watch watch => (watch.Watchee, (IActorRef?)watch.Watcher),
            Unwatch unwatch => (unwatch.Watchee, unwatch.Watcher),
            DeathWatchNotification death => (ActorRefs.Nobody, death.Actor),
            _ => (null, null),
        };
        return ours is IInternalActorRef { IsLocal: true } && theirs is IInternalActorRef { IsLocal: false }
            ? message
            : throw new WireException("A message of death watch was refused: it does not name an actor of the peer's, and one of this node's where that is due.");
    }

    // Patterns would make one message many, and match by regular expressions that the sender wrote.
    private static ActorSelectionMessage ByName(ActorSelectionMessage selection) =>
        selection.Elements.All(element => element is SelectChildName)
            ? selection
            : throw new WireException("A message to actors by a pattern was refused: name one.");
}
