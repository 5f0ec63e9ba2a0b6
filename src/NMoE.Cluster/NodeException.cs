namespace NMoE.Cluster;

/// <summary>A node cannot be started. The message says what was wrong, where, and what would be right.</summary>
public sealed class NodeException(string message, Exception? inner = null) : Exception(message, inner);
