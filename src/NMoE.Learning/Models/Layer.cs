using System.Collections.Immutable;
using static TorchSharp.torch;

namespace NMoE.Learning.Models;

/// <summary>What a forward pass is for.</summary>
public enum Pass
{
    /// <summary>Batch norm normalises by the batch, and its running statistics follow.</summary>
    Training,

    /// <summary>Batch norm normalises by its running statistics.</summary>
    Evaluation,
}

/// <summary>The parameters of one part in a pass.</summary>
/// <param name="All">The parameters of all parts.</param>
/// <param name="Prefix">The part's prefix.</param>
/// <param name="Pass">What the pass is for.</param>
public readonly record struct Weights(FlatParameters All, string Prefix, Pass Pass)
{
    /// <summary>A parameter or running statistic by its name in the part.</summary>
    public Tensor this[string name] => All[Prefix, name];

    /// <summary>Adds one to a counter.</summary>
    public void Count(string name) => All.Count(Prefix, name);
}

/// <summary>
/// One step of a model on samples of a known shape: what it computes, what it has to learn, what it costs. <see cref="Layers"/> puts them in a row; a model with a step that is not there
/// brings a class of its own.
/// </summary>
/// <param name="output">Sizes of what comes out for one sample: [C, H, W], [T, D] or [D].</param>
public abstract class Layer(ImmutableArray<int> output)
{
    /// <summary>Sizes of what comes out for one sample.</summary>
    public ImmutableArray<int> Output { get; } = output;

    /// <summary>Numbers that come out for one sample.</summary>
    public long Count => Output.Aggregate(1L, (product, size) => product * size);

    /// <summary>What it has to learn, in the order of its file and of its draws.</summary>
    public virtual ImmutableArray<ParameterShape> Parameters => [];

    /// <summary>FLOP for one sample, two a multiply-add; norms and activations count nothing.</summary>
    public virtual double Flops => 0;

    /// <summary>Whether the backward pass reads what went in.</summary>
    public virtual bool KeepsInput => false;

    /// <summary>Whether the backward pass reads what came out.</summary>
    public virtual bool KeepsOutput => false;

    /// <summary>Bytes that the backward pass reads beside those, for one sample.</summary>
    /// <param name="size">Bytes of a number.</param>
    public virtual long Kept(int size) => 0;

    /// <summary>Whether what comes out is new memory of its own that the backward pass does not read: the next layer may write into it.</summary>
    internal virtual bool LeavesOutput => false;

    /// <summary>What comes out, [B, ..].</summary>
    public abstract Tensor Forward(Weights weights, Tensor x);
}
