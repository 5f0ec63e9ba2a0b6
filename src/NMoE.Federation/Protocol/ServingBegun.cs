namespace NMoE.Federation.Protocol;

/// <summary>Client to supervisor: I have all that serving needs, and began.</summary>
internal sealed record ServingBegun : IMessage
{
    /// <summary>On the wire, and when it is possible.</summary>
    internal static MessageForm Form { get; } = MessageForm.Of<ServingBegun, Wire.ServingBegun>(
        "ServingBegun",
        _ => new(),
        _ => new(),
        (_, from, bounds) => bounds.IsClient(from));
}
