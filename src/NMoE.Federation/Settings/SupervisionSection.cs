using NMoE.Learning.Keys;

namespace NMoE.Federation.Settings;

/// <summary>What happens after a crash.</summary>
[Section("supervision")]
public sealed record SupervisionSection
{
    [Key("1 ms..24 h", "Virtual time before a crashed device's first restart; doubles with each. {range}.")]
    public TimeSpan Backoff { get; init; } = TimeSpan.FromSeconds(1);

    [Key("0..1000", "Restarts of one device before it is given up. {range}.")]
    public int MaxRestarts { get; init; } = 5;

    [Key("1 ms..10000 h", "Virtual time without a word from a server that a device waits for, after which it asks what it missed. {range}. Nothing else tells of a lost message.")]
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(10);

    [Key("1..1000", "Unanswered questions in a row after which a device goes on without the server, if it has all that it needs, or leaves. {range}.")]
    public int MaxSilence { get; init; } = 30;
}
