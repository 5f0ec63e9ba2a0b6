namespace NMoE.Federation.Configuration;

/// <summary>Durations as experiments write them, for arguments of commands.</summary>
public static class DurationText
{
    /// <summary>The duration that a text such as <c>10 min</c> says.</summary>
    /// <returns>The duration, or what is wrong with the text.</returns>
    public static (TimeSpan Duration, string? Problem) Read(string text)
    {
        var reading = Measures.Duration("1 ms", "10000 h").Read(new RawValue.Scalar(text));
        return (reading.Value, reading.Problem);
    }
}
