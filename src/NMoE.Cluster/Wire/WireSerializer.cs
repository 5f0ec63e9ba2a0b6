using System.Collections.Frozen;
using Akka.Actor;
using Akka.Serialization;
using Google.Protobuf;
using NMoE.Federation.Protocol;
using IMessage = Google.Protobuf.IMessage;

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

    /// <summary>Made by Akka, from <see cref="WireSetup"/>; a system without one knows no message.</summary>
    public WireSerializer(ExtendedActorSystem system)
        : base(system)
    {
        ArgumentNullException.ThrowIfNull(system);
        var forms = system.Settings.Setup.Get<WireSetup>() is { HasValue: true, Value: var setup } ? setup.Forms : [];
        _byManifest = forms.ToFrozenDictionary(form => form.Manifest, StringComparer.Ordinal);
        _byType = forms.ToFrozenDictionary(form => form.Type);
    }

    /// <inheritdoc/>
    public override int Identifier => Number;

    /// <summary>The bytes that a message takes on the wire, known before it is sent. The envelope of the transport is not among them.</summary>
    /// <exception cref="WireException">The node has no form for it.</exception>
    public int SizeOf(object message) => FormOf(message).Write(message).CalculateSize();

    /// <inheritdoc/>
    /// <exception cref="WireException">The node has no form for the message, or the message is longer than its form allows.</exception>
    public override byte[] ToBinary(object obj)
    {
        var form = FormOf(obj);
        IMessage written = form.Write(obj);
        var size = written.CalculateSize();
        if (size > form.MaxBytes)
            throw new WireException(FormattableString.Invariant($"A message '{form.Manifest}' of {size} bytes was not sent: its form allows {form.MaxBytes}."));
        return written.ToByteArray();
    }

    /// <inheritdoc/>
    /// <exception cref="WireException">The bytes are no message of that form, or the node has no such form.</exception>
    public override object FromBinary(byte[] bytes, string manifest)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        if (!_byManifest.TryGetValue(manifest, out var form))
            throw new WireException("A message of a kind that this node does not know was refused.");
        if (bytes.Length > form.MaxBytes)
            throw new WireException(FormattableString.Invariant($"A message '{form.Manifest}' of {bytes.Length} bytes was refused: its form allows {form.MaxBytes}."));
        try
        {
            return form.Read(bytes);
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
