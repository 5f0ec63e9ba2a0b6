using NMoE.Simulation.Network;
using Case = NMoE.Federation.Wire.Envelope.MessageOneofCase;

namespace NMoE.Federation.Protocol;

/// <summary>What there is to say of a kind of message, beside its record: its name, how it goes onto the wire and comes from there, and when it is possible.</summary>
/// <param name="Kind">The kind's name in ledgers, in rules of faults and in the keys of a message's draws: it outlives the record's.</param>
/// <param name="Type">The record's type.</param>
/// <param name="Case">Its place in an envelope.</param>
/// <param name="Write">Puts a message into an envelope.</param>
/// <param name="Read">The message in an envelope. Throws <see cref="WireException"/> where it is not of the protocol.</param>
/// <param name="IsPossible">Whether a device can say the message in an experiment of these bounds.</param>
internal sealed record MessageForm(
    string Kind, Type Type, Case Case, Action<Wire.Envelope, IMessage> Write, Func<Wire.Envelope, IMessage> Read, Func<IMessage, DeviceId, Bounds, bool> IsPossible)
{
    /// <summary>The form of a kind.</summary>
    /// <param name="kind">The kind's name.</param>
    /// <param name="write">The message's Protobuf form: the one field of the envelope with this type is its place.</param>
    /// <param name="read">The message of a Protobuf form. Throws <see cref="WireException"/> where it is none.</param>
    /// <param name="isPossible">Whether a device can say it in an experiment of these bounds.</param>
    public static MessageForm Of<TMessage, TForm>(string kind, Func<TMessage, TForm> write, Func<TForm, TMessage> read, Func<TMessage, DeviceId, Bounds, bool> isPossible)
        where TMessage : IMessage
        where TForm : class
    {
        var field = OneofField.Of<Wire.Envelope, TForm>();
        return new(
            kind, typeof(TMessage), Enum.Parse<Case>(field.Name),
            (envelope, message) => field.Set(envelope, write((TMessage)message)), envelope => read(field.Get(envelope)), (message, from, bounds) => isPossible((TMessage)message, from, bounds));
    }
}
