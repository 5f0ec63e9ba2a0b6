using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;

namespace NMoE.Learning.Compression;

/// <summary>The file in which the change of a part travels: all its numbers in the order of its layout as one row; counters, of which there are few, as they are.</summary>
public static class CompressedUpdate
{
    internal const string Update = "update";
    internal const string Places = "places";
    internal const string Lowest = "lowest";
    internal const string Step = "step";
    internal const string Counters = "counters";
    internal const string Kept = "kept";

    /// <summary>Bytes of a part that travels, its file's header included.</summary>
    /// <param name="how">How it is compressed.</param>
    /// <param name="part">The part.</param>
    public static long BytesOf(CompressParameters how, ModelPart part)
    {
        ArgumentNullException.ThrowIfNull(how);
        return SafeTensors.BytesOf(Shapes(how, Layout(how, part)));
    }

    /// <summary>How many of so many numbers travel where some are left out: at least one.</summary>
    /// <param name="share">In (0, 1].</param>
    /// <param name="numbers">Numbers of the part.</param>
    public static int Count(double share, int numbers) => Math.Clamp((int)Math.Round(share * numbers, MidpointRounding.ToEven), 1, numbers);

    internal static ImmutableArray<ParameterShape> Layout(CompressParameters how, ModelPart part) => ParameterLayout.Of(how.Model, part, how.Outputs);

    /// <summary>The tensors of the file.</summary>
    /// <exception cref="InvalidDataException">A model as it is has no file of this kind.</exception>
    internal static ImmutableArray<TensorShape> Shapes(CompressParameters how, ImmutableArray<ParameterShape> layout)
    {
        var (numbers, tensors, counters) = (Numbers(layout), layout.Count(IsOfNumbers), layout.Length - layout.Count(IsOfNumbers));
        ImmutableArray<TensorShape> shapes = how.Form switch
        {
            UpdateForm.Fp16 => [new(Update, TensorType.F16, [numbers])],
            UpdateForm.Int8 => [new(Update, TensorType.U8, [numbers]), new(Lowest, TensorType.F32, [tensors]), new(Step, TensorType.F32, [tensors])],
            UpdateForm.TopK => [new(Places, TensorType.I32, [Count(how.Share, numbers)]), new(Update, TensorType.F32, [Count(how.Share, numbers)])],
            UpdateForm.RandomK => [new(Update, TensorType.F32, [Count(how.Share, numbers)])],
            _ => throw new InvalidDataException($"An update of the form {how.Form} travels as a model."),
        };
        return counters == 0 ? shapes : shapes.Add(new(Counters, TensorType.I64, [counters]));
    }

    /// <summary>What is left out of it.</summary>
    internal static ImmutableArray<TensorShape> KeptShape(ImmutableArray<ParameterShape> layout) => [new(Kept, TensorType.F32, [Numbers(layout)])];

    internal static int Numbers(ImmutableArray<ParameterShape> layout) => (int)layout.Where(IsOfNumbers).Sum(shape => shape.Count);

    internal static bool IsOfNumbers(ParameterShape shape) => shape.Role != ParameterRole.Counter;
}
