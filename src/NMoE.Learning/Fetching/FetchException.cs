namespace NMoE.Learning.Fetching;

/// <summary>A data set could not be fetched: what went wrong, and what to do.</summary>
internal sealed class FetchException(string message, Exception? inner = null) : LearningException(message, inner);
