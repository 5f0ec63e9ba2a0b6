namespace NMoE.Federation.Protocol;

/// <summary>Bytes of messages on the wire, without encoding one that is like the last of its kind: a round's model goes to all clients.</summary>
internal sealed class MessageSizes
{
    private readonly Dictionary<Type, (IMessage Message, long Bytes)> _last = [];

    /// <summary>As <see cref="WireCodec.Size"/>.</summary>
    public long Of(IMessage message)
    {
        if (_last.TryGetValue(message.GetType(), out var last) && message.Equals(last.Message))
        {
            return last.Bytes;
        }

        var bytes = WireCodec.Size(message);
        _last[message.GetType()] = (message, bytes);
        return bytes;
    }
}
