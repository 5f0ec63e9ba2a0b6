using NMoE.Learning;

namespace NMoE.Cluster.Work;

/// <summary>A run on a cluster, or a worker, cannot go on. The message says what was wrong, where, and what would be right.</summary>
public sealed class WorkException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>A job's function failed on a worker.</summary>
/// <param name="message">As the worker told it.</param>
/// <param name="worker">Which worker.</param>
internal sealed class WorkerJobException(string message, string worker) : Exception($"{message} (on {worker})");

/// <summary>A worker found that the experiment asks for what cannot be.</summary>
/// <param name="message">As the worker told it.</param>
internal sealed class WorkerInputException(string message) : LearningException(message);
