using Google.Protobuf;
using Google.Protobuf.Reflection;
using NMoE.Simulation.Network;

namespace NMoE.Federation.Protocol;

/// <summary>What there is to say of a kind of message, beside its record: its name, how it goes onto the wire and comes from there, and when it is possible.</summary>
internal sealed class MessageForm
{
    private readonly FieldDescriptor _field;
    private readonly Func<IMessage, Google.Protobuf.IMessage> _write;
    private readonly Func<Google.Protobuf.IMessage, IMessage> _read;
    private readonly Func<IMessage, DeviceId, Bounds, bool> _isPossible;

    private MessageForm(
        string kind, Type type, FieldDescriptor field,
        Func<IMessage, Google.Protobuf.IMessage> write, Func<Google.Protobuf.IMessage, IMessage> read, Func<IMessage, DeviceId, Bounds, bool> isPossible)
    {
        (Kind, Type, _field, _write, _read, _isPossible) = (kind, type, field, write, read, isPossible);
    }

    /// <summary>The kind's name in ledgers, in rules of faults and in the luck of a message: it outlives the record's.</summary>
    public string Kind { get; }

    /// <summary>The record's type.</summary>
    public Type Type { get; }

    /// <summary>The number of its field in the envelope.</summary>
    public int Field => _field.FieldNumber;

    /// <summary>The form of a kind.</summary>
    /// <param name="kind">The kind's name.</param>
    /// <param name="write">The message's Protobuf form: the one field of the envelope with this type is its place.</param>
    /// <param name="read">The message of a Protobuf form. Throws <see cref="WireException"/> where it is none.</param>
    /// <param name="isPossible">Whether a device can say it in an experiment of these bounds.</param>
    public static MessageForm Of<TMessage, TWire>(string kind, Func<TMessage, TWire> write, Func<TWire, TMessage> read, Func<TMessage, DeviceId, Bounds, bool> isPossible)
        where TMessage : IMessage
        where TWire : IMessage<TWire> => new(
            kind, typeof(TMessage), OneofField.Of<Wire.Envelope, TWire>(),
            message => write((TMessage)message), form => read((TWire)form), (message, from, bounds) => isPossible((TMessage)message, from, bounds));

    /// <summary>Puts a message into an envelope.</summary>
    public void Write(IMessage message, Wire.Envelope envelope) => _field.Accessor.SetValue(envelope, _write(message));

    /// <summary>The message in an envelope.</summary>
    /// <exception cref="WireException">It is not of the protocol.</exception>
    public IMessage Read(Wire.Envelope envelope) => _read((Google.Protobuf.IMessage)_field.Accessor.GetValue(envelope));

    /// <summary>Whether a device can say the message in an experiment of these bounds.</summary>
    public bool IsPossible(IMessage message, DeviceId from, Bounds bounds) => _isPossible(message, from, bounds);
}
