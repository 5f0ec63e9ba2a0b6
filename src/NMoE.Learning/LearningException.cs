namespace NMoE.Learning;

/// <summary>The base of all errors that learning reports to its user.</summary>
public abstract class LearningException(string message, Exception? inner = null) : Exception(message, inner);
