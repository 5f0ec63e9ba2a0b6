using Akka.Actor;
using Akka.Configuration;
using Akka.Serialization;
using NMoE.Federation.Protocol;

namespace NMoE.Cluster.Wire;

/// <summary>
/// Stands where Akka would have a serializer that lets bytes name a type, deploy an actor or carry anything (JSON, Protobuf by type name, byte arrays, primitives, remote deployment, delivery), and in the
/// place of its serializer of nothing, which resolves type names too. <c>hocon/cluster.conf</c> puts it there.
/// </summary>
internal sealed class RefusedSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    /// <summary>The number of Akka's serializer of nothing, so that this one takes its place.</summary>
    public const int Number = 0;

    /// <summary>Made by Akka where the serializer in whose place it stands has settings.</summary>
    public RefusedSerializer(ExtendedActorSystem system, Config settings)
        : this(system) => _ = settings;

    public override int Identifier => Number;

    /// <exception cref="WireException">Always.</exception>
    public override byte[] ToBinary(object obj) => throw Unsent(obj);

    /// <exception cref="WireException">There is something to read: only an empty answer, as Akka's to a question after an actor, is nothing.</exception>
    public override object FromBinary(byte[] bytes, string manifest)
    {
        return bytes.Length == 0 && string.IsNullOrEmpty(manifest)
            ? null!
            : throw new WireException("A message was refused: it names a serializer that nodes do not have.");
    }

    /// <exception cref="WireException">Always.</exception>
    public override string Manifest(object o) => throw Unsent(o);

    private static WireException Unsent(object message) =>
        new($"A message of type {message?.GetType().Name ?? "null"} was not sent: it has no form on the wire. Give it one, and name it in the forms that the node is started with.");
}
