using System.Collections.Frozen;
using Akka.Actor;
using Akka.Serialization;
using Google.Protobuf;
using NMoE.Federation.Protocol;

namespace NMoE.Cluster.Wire;

/// <summary>
/// Writes and reads the messages of <see cref="WireForm"/>s, and none else: the manifest on the wire chooses among forms that this node was started with, so bytes never name a type.
/// </summary>
public sealed class WireSerializer : SerializerWithStringManifest
{
    /// <summary>This serializer's number on the wire.</summary>
    public const int Number = 1001;

    private readonly FrozenDictionary<string, WireForm> _byManifest;
    private readonly FrozenDictionary<Type, WireForm> _byType;
    private readonly MessageSeal _seal;

    /// <summary>Made by Akka; the forms come with the system's <see cref="WireSetup"/>, and a system without one knows no message.</summary>
    public WireSerializer(ExtendedActorSystem system)
        : base(system)
    {
        ArgumentNullException.ThrowIfNull(system);
        var setup = WireSetup.Of(system.Settings.Setup);
        _byManifest = setup.Forms.ToFrozenDictionary(form => form.Manifest, StringComparer.Ordinal);
        _byType = setup.Forms.ToFrozenDictionary(form => form.Type);
        _seal = setup.Seal;
    }

    /// <inheritdoc/>
    public override int Identifier => Number;

    /// <summary>The bytes that a message takes on the wire, known before it is sent. The envelope of the transport is not among them.</summary>
    /// <exception cref="WireException">The node has no form for it.</exception>
    public int SizeOf(object message) => FormOf(message).Write(message).CalculateSize() + _seal.Bytes;

    /// <inheritdoc/>
    /// <exception cref="WireException">The node has no form for the message, or the message is longer than its form allows.</exception>
    public override byte[] ToBinary(object obj)
    {
        var form = FormOf(obj);
        var written = form.Write(obj);
        var size = written.CalculateSize();
        if (size > form.MaxBytes)
            throw new WireException(FormattableString.Invariant($"A message '{form.Manifest}' of {size} bytes was not sent: its form allows {form.MaxBytes}."));
        var bytes = new byte[size + _seal.Bytes];
        written.WriteTo(bytes.AsSpan(0, size));
        _seal.Close(form.Manifest, bytes);
        return bytes;
    }

    /// <inheritdoc/>
    /// <exception cref="WireException">The bytes are no message of that form, or the node has no such form.</exception>
    public override object FromBinary(byte[] bytes, string manifest)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        if (manifest is null || !_byManifest.TryGetValue(manifest, out var form))
            throw new WireException("A message of a kind that this node does not know was refused.");
        if (bytes.Length > form.MaxBytes + _seal.Bytes)
            throw new WireException(FormattableString.Invariant($"A message '{form.Manifest}' of {bytes.Length} bytes was refused: its form allows {form.MaxBytes}."));
        var message = _seal.Open(form.Manifest, bytes);
        try
        {
            return form.Read(message);
        }
        catch (InvalidProtocolBufferException problem)
        {
            throw new WireException($"A message '{form.Manifest}' was refused: {problem.Message}");
        }
    }

    /// <inheritdoc/>
    /// <exception cref="WireException">The node has no form for it.</exception>
    public override string Manifest(object o) => FormOf(o).Manifest;

    private WireForm FormOf(object message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return _byType.TryGetValue(message.GetType(), out var form)
            ? form
            : throw new WireException($"A message of type {message.GetType().Name} has no form on the wire: name it in the forms that the node is started with.");
    }
}
