namespace NMoE.Learning.Partitions;

/// <summary>Pictures cannot be dealt as asked: what is wrong, and what would be right.</summary>
public sealed class PartitionException(string message) : LearningException(message);
