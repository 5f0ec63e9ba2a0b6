using System.Collections.Immutable;

namespace NMoE.Federation.Protocol;

/// <summary>Messages to and from their Protobuf form (<c>nmoe.proto</c>), and their exact size on the wire.</summary>
public static class WireCodec
{
    private const uint Version = 1;

    /// <summary>All kinds of messages, in ordinal order.</summary>
    public static ImmutableArray<string> Kinds { get; } = [.. MessageForms.All.Select(form => form.Kind)];

    /// <summary>A message's kind, as ledgers count it and rules of faults name it.</summary>
    /// <exception cref="WireException">It is none of the protocol.</exception>
    public static string KindOf(IMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return MessageForms.Of(message).Kind;
    }

    /// <summary>Bytes on the wire: the encoded envelope and the tensors behind it.</summary>
    /// <exception cref="WireException">The message is none of the protocol.</exception>
    public static long Size(IMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return Encode(message).CalculateSize() + message.PayloadBytes;
    }

    /// <summary>Whether two messages are the same on the wire.</summary>
    public static bool AreSame(object first, IMessage second)
    {
        ArgumentNullException.ThrowIfNull(second);
        return first is IMessage message && message.GetType() == second.GetType() && Encode(message).Equals(Encode(second));
    }

    /// <summary>The Protobuf form.</summary>
    /// <exception cref="WireException">The message is none of the protocol.</exception>
    public static Wire.Envelope Encode(IMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        var envelope = new Wire.Envelope { Version = Version };
        MessageForms.Of(message).Write(envelope, message);
        return envelope;
    }

    /// <summary>The message of an encoded form.</summary>
    /// <exception cref="WireException">Not a message of this version.</exception>
    public static IMessage Decode(Wire.Envelope envelope)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        return envelope.Version == Version
            ? MessageForms.In(envelope).Read(envelope)
            : throw new WireException(FormattableString.Invariant($"A message of wire version {envelope.Version} came; this is version {Version}."));
    }
}

/// <summary>Something on the wire is not of the protocol.</summary>
public sealed class WireException(string message) : Exception(message);
