namespace NMoE.Learning.Models;

/// <summary>A model that there is not, or that does not fit its pictures.</summary>
public sealed class ModelException(string message) : LearningException(message);
