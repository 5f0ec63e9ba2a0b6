using System.Collections.Immutable;

namespace NMoE.Learning.Models;

/// <summary>What a tensor of a model is there for.</summary>
public enum ParameterRole
{
    /// <summary>It is trained.</summary>
    Trained,

    /// <summary>Batch norm's running mean or variance: f32, kept up in training, read in evaluation.</summary>
    Statistic,

    /// <summary>Batch norm's number of batches seen, i64.</summary>
    Counter,
}

/// <summary>A parameter's name and shape.</summary>
/// <param name="Name">PyTorch's name.</param>
/// <param name="Shape">Sizes.</param>
/// <param name="Role">What it is there for.</param>
public sealed record ParameterShape(string Name, ImmutableArray<long> Shape, ParameterRole Role = ParameterRole.Trained)
{
    /// <summary>How it begins.</summary>
    public Start Start { get; init; }

    /// <summary>Whether it is a norm's, which a client may keep for itself (FedBN).</summary>
    public bool IsOfNorm { get; init; }

    /// <summary>Number of elements.</summary>
    public long Count => Shape.Aggregate(1L, (product, size) => product * size);
}

/// <summary>The parameters of each part, by PyTorch's names for the standard layouts.</summary>
public static class ParameterLayout
{
    /// <summary>The parameters of a part.</summary>
    /// <param name="model">Architecture.</param>
    /// <param name="part">Part.</param>
    /// <param name="outputs">Number of experts n for the gate, of dimensions d for the projection head; else unread.</param>
    public static ImmutableArray<ParameterShape> Of(ModelSpec model, ModelPart part, int outputs) => Parts.Of(model, part, outputs).Parameters;
}
