using System.Collections.Immutable;
using NMoE.Learning.Jobs;

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
    /// <summary>Number of elements.</summary>
    public long Count => Shape.Aggregate(1L, (product, size) => product * size);
}

/// <summary>The parameters of each part, by PyTorch's names for the standard layouts.</summary>
public static class ParameterLayout
{
    private static readonly long[] Hidden = [512, 256, 128];

    /// <summary>The parameters of a part.</summary>
    /// <param name="model">Architecture.</param>
    /// <param name="part">Part.</param>
    /// <param name="outputs">Number of experts n for the gate, of dimensions d for the projection head; else unread.</param>
    public static ImmutableArray<ParameterShape> Of(ModelSpec model, ModelPart part, int outputs) => part switch
    {
        ModelPart.Extractor => [.. Extractor(model)],
        ModelPart.Expert => [.. Expert(model)],
        ModelPart.Projection =>
        [
            new("0.weight", [2 * model.Latent, model.Latent]), new("0.bias", [2 * model.Latent]),
            new("2.weight", [outputs, 2 * model.Latent]), new("2.bias", [outputs]),
        ],
        _ => [new("weight", [outputs, model.Latent]), new("bias", [outputs])],
    };

    /// <summary>The blocks of ResNet-18: name, channels in, channels out, stride.</summary>
    public static IEnumerable<(string Name, int In, int Out, int Stride)> Blocks(ModelSpec model)
    {
        var channels = model.Width;
        for (var stage = 1; stage <= 4; stage++)
        {
            var wide = model.Width << (stage - 1);
            yield return ($"layer{stage}.0", channels, wide, stage == 1 ? 1 : 2);
            yield return ($"layer{stage}.1", wide, wide, 1);
            channels = wide;
        }
    }

    private static IEnumerable<ParameterShape> Extractor(ModelSpec model)
    {
        foreach (var shape in Convolution(model.Norm, "conv1", "bn1", model.Shape.Channels, model.Width, 3))
        {
            yield return shape;
        }

        foreach (var (name, wideIn, wideOut, stride) in Blocks(model))
        {
            IEnumerable<ParameterShape> block =
            [
                .. Convolution(model.Norm, $"{name}.conv1", $"{name}.bn1", wideIn, wideOut, 3),
                .. Convolution(model.Norm, $"{name}.conv2", $"{name}.bn2", wideOut, wideOut, 3),
                .. stride == 1 ? [] : Convolution(model.Norm, $"{name}.downsample.0", $"{name}.downsample.1", wideIn, wideOut, 1),
            ];
            foreach (var shape in block)
            {
                yield return shape;
            }
        }
    }

    private static IEnumerable<ParameterShape> Convolution(NormKind kind, string convolution, string norm, int wideIn, int wideOut, int kernel) =>
    [
        new($"{convolution}.weight", [wideOut, wideIn, kernel, kernel]),
        new($"{norm}.weight", [wideOut]),
        new($"{norm}.bias", [wideOut]),
        .. kind == NormKind.Group ? [] : Statistics(norm, wideOut),
    ];

    private static IEnumerable<ParameterShape> Statistics(string norm, int wide) =>
    [
        new($"{norm}.running_mean", [wide], ParameterRole.Statistic),
        new($"{norm}.running_var", [wide], ParameterRole.Statistic),
        new($"{norm}.num_batches_tracked", [], ParameterRole.Counter),
    ];

    private static IEnumerable<ParameterShape> Expert(ModelSpec model)
    {
        long[] sizes = [model.Latent, .. Hidden, model.Classes];
        for (var layer = 0; layer < sizes.Length - 1; layer++)
        {
            yield return new($"{2 * layer}.weight", [sizes[layer + 1], sizes[layer]]);
            yield return new($"{2 * layer}.bias", [sizes[layer + 1]]);
        }
    }
}
