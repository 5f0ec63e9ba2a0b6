namespace NMoE.Compute;

/// <summary>The base of every error of NMoE.Compute. The message says what was wrong, where, and what would be right.</summary>
public abstract class ComputeException(string message, Exception? inner = null) : Exception(message, inner);
