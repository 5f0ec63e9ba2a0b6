namespace NMoE.Compute.Execution;

/// <summary>No function is registered for a kind of job.</summary>
public sealed class UnknownJobException(string kind, IEnumerable<string> known)
    : ComputeException($"No function runs jobs of kind '{kind}'; known kinds: {string.Join(", ", known)}.")
{
    /// <summary>The kind asked for.</summary>
    public string Kind { get; } = kind;
}
