namespace NMoE.Cluster.Live;

/// <summary>A live run cannot begin or go on. The message says what was wrong and what would be right.</summary>
public sealed class LiveException(string message) : Exception(message);
