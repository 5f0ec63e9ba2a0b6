namespace NMoE.Simulation.Tracing;

/// <summary>A name that a trace has met, or will: its number is looked up once.</summary>
/// <param name="text">The name.</param>
internal sealed class TraceName(string text)
{
    /// <summary>The name.</summary>
    public string Text { get; } = text;

    /// <summary>Its number in the trace that it is used with; below 0 before its first event.</summary>
    public int Number { get; set; } = -1;
}
