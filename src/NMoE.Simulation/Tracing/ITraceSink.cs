namespace NMoE.Simulation.Tracing;

/// <summary>
/// Is given a trace's canonical form, byte for byte as it enters the hash. Stands outside the world: the world itself touches no file.
/// <see cref="TraceReader"/> reads the form back.
/// </summary>
public interface ITraceSink
{
    /// <summary>The next bytes of the canonical form. A call may bring many events; all have come once the trace's hash was asked for, or its world has ended.</summary>
    void Write(ReadOnlySpan<byte> canonical);
}
