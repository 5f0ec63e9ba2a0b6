namespace NMoE.Federation.Records;

/// <summary>What a captured event is.</summary>
public enum Captured
{
    /// <summary>A message set out.</summary>
    Sent,

    /// <summary>A message came.</summary>
    Arrived,

    /// <summary>A message reached nobody.</summary>
    Lost,

    /// <summary>A job was given to a device, which may be busy.</summary>
    Given,

    /// <summary>A job ended.</summary>
    Computed,

    /// <summary>A timer fired.</summary>
    Timer,

    /// <summary>A fault met a device, or a device is lost or back.</summary>
    Fault,

    /// <summary>A step of the experiment was reached.</summary>
    Mark,
}

/// <summary>One event of a run as a packet capture shows it.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="VirtualSeconds">When.</param>
/// <param name="Device">At which device: of a message that came its receiver, of one that was sent or lost its sender.</param>
/// <param name="Peer">The other end of a message; null for what is none.</param>
/// <param name="What">The message's kind, the job's or the timer's purpose, or what happened.</param>
/// <param name="Stage">Stage that a message is counted under, with its round or request; empty for what is no message.</param>
public sealed record CapturedEvent(Captured Kind, double VirtualSeconds, string Device, string? Peer, string What, string Stage)
{
    /// <summary>Seconds since the message was sent, or the job began; null for what has no beginning.</summary>
    public double? Seconds { get; init; }

    /// <summary>Bytes of a message, each counted once.</summary>
    public long Bytes { get; init; }

    /// <summary>Bytes that were sent again because packets were lost, beside <see cref="Bytes"/>.</summary>
    public long SentAgain { get; init; }

    /// <summary>The number of a message, which its sending shares with its end; null for what is none.</summary>
    public long? Message { get; init; }
}
