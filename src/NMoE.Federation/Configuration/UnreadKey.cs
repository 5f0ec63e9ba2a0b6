namespace NMoE.Federation.Configuration;

/// <summary>A key that nothing of an experiment reads.</summary>
/// <param name="Key">With dots.</param>
/// <param name="Value">Its value.</param>
/// <param name="ReadWith">What would have it read, to follow "It is read with".</param>
/// <param name="Here">What stands instead, and where that was written.</param>
public sealed record UnreadKey(string Key, string Value, string ReadWith, string Here)
{
    /// <summary>Whether a file or an override states it. What the reference or a profile says is nobody's mistake.</summary>
    public bool IsStated { get; init; }

    /// <summary>Whether it promises what will not be: protection, or a comparison.</summary>
    internal bool IsPromise { get; init; }

    /// <summary>Where it was written.</summary>
    internal Origin Origin { get; init; } = new(string.Empty, 0, 0);

    /// <summary>The key, why it is not read, and what would have it read, in one line.</summary>
    public string Sentence => $"{Origin}: {Key}: {Problem}. {Remedy}.";

    internal string Problem => $"nothing reads this key where {Here}";

    internal string Remedy => $"It is read with {ReadWith}";

    /// <summary>The refusal of a key that promises what will not be.</summary>
    internal ConfigurationException Refusal() =>
        new(Origin, Key, $"{Problem}, and what it promises would not be", $"{Remedy}; write so, or leave it out");
}
