using System.Runtime.InteropServices;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Learning.Jobs;
using NMoE.Learning.Training;

namespace NMoE.Learning.Models;

/// <summary>
/// Draws initial parameters from keys. Layers before a ReLU: He et al.'s (2015) uniform form, bound sqrt(6 / fan-out) for convolutions and
/// sqrt(6 / fan-in) for linear layers, because an MLP of four layers without norms starts too faint with less; last linear layers and
/// biases: bound 1 / sqrt(fan-in); norms: 1 and 0. Uniform draws need no logarithm, whose bits differ between machines.
/// </summary>
public sealed class InitFunction : IJobFunction
{
    /// <inheritdoc/>
    public string Kind => InitParameters.Kind;

    /// <inheritdoc/>
    public JobOutput Run(JobContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var parameters = LearningJob.Parameters<InitParameters>(context.Job);
        var layout = ParameterLayout.Of(parameters.Model, parameters.Part, parameters.Experts);
        var file = SafeTensors.Write(layout.Select((shape, number) => new TensorBlob(
            shape.Name, TensorType.F32, shape.Shape,
            MemoryMarshal.AsBytes<float>(Values(layout, number, context.Job.Seed)).ToArray())));
        return Output.Of(file);
    }

    private static float[] Values(IReadOnlyList<ParameterShape> layout, int number, ulong seed)
    {
        var shape = layout[number];
        var values = new float[shape.Count];
        if (Bound(layout, number) is { } bound)
        {
            var draws = new Draws(seed, DrawPurpose.Parameter, (uint)number);
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = (float)(((2 * draws.Next()) - 1) * bound);
            }
        }
        else if (shape.Name.EndsWith("weight", StringComparison.Ordinal))
        {
            Array.Fill(values, 1f);
        }

        return values;
    }

    /// <summary>The bound of a parameter's uniform distribution, or null for a norm.</summary>
    private static double? Bound(IReadOnlyList<ParameterShape> layout, int number)
    {
        var shape = layout[number].Shape;
        if (shape.Length == 4)
        {
            return Math.Sqrt(6.0 / (shape[0] * shape[2] * shape[3]));
        }

        if (shape.Length == 2)
        {
            var hidden = layout.Skip(number + 1).Any(later => later.Shape.Length == 2);
            return hidden ? Math.Sqrt(6.0 / shape[1]) : 1 / Math.Sqrt(shape[1]);
        }

        // A bias follows its weight; a norm's weight and bias follow a convolution.
        var weight = number > 0 ? layout[number - 1].Shape : [];
        return weight.Length == 2 ? 1 / Math.Sqrt(weight[1]) : null;
    }
}
