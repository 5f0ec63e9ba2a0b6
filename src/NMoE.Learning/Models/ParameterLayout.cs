using System.Collections.Immutable;
using NMoE.Learning.Jobs;

namespace NMoE.Learning.Models;

/// <summary>A parameter's name and shape.</summary>
/// <param name="Name">PyTorch's name.</param>
/// <param name="Shape">Sizes.</param>
public sealed record ParameterShape(string Name, ImmutableArray<long> Shape)
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
        foreach (var shape in Convolution("conv1", "bn1", 3, model.Width, 3))
        {
            yield return shape;
        }

        foreach (var (name, wideIn, wideOut, stride) in Blocks(model))
        {
            IEnumerable<ParameterShape> block =
            [
                .. Convolution($"{name}.conv1", $"{name}.bn1", wideIn, wideOut, 3),
                .. Convolution($"{name}.conv2", $"{name}.bn2", wideOut, wideOut, 3),
                .. stride == 1 ? [] : Convolution($"{name}.downsample.0", $"{name}.downsample.1", wideIn, wideOut, 1),
            ];
            foreach (var shape in block)
            {
                yield return shape;
            }
        }
    }

    private static IEnumerable<ParameterShape> Convolution(string convolution, string norm, int wideIn, int wideOut, int kernel) =>
    [
        new($"{convolution}.weight", [wideOut, wideIn, kernel, kernel]),
        new($"{norm}.weight", [wideOut]),
        new($"{norm}.bias", [wideOut]),
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
