namespace NMoE.Simulation.Tracing;

/// <summary>A message that stands in the trace under another name than its type's: traces outlive types.</summary>
public interface ITracedAs
{
    /// <summary>The kind of event.</summary>
    string TraceKind { get; }
}
