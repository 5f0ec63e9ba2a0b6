using System.Runtime.InteropServices;
using NMoE.Chance;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Learning.Cost;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;

namespace NMoE.Learning.Training;

/// <summary>
/// Draws initial parameters from keys. Layers before a ReLU: He et al.'s (2015) uniform form, bound sqrt(6 / fan-out) for convolutions and
/// sqrt(6 / fan-in) for linear layers, because an MLP of four layers without norms starts too faint with less; an expert's last layer: 0, so that
/// the first steps have no chance prediction to unlearn; the last layer of other parts: bound 1 / sqrt(fan-in); biases: 0; norms: 1 and 0.
/// Uniform draws need no logarithm, whose bits differ between machines.
/// A latent is a mean of ReLUs: at the start it differs little from sample to sample (std 0.13) beside what all its dimensions have in
/// common (0.8). So the first of several linear layers has rows of mean zero, which do not see the common part, and four times the bound, which makes up for most of
/// the small spread; without, training stood still for hundreds of steps.
/// </summary>
internal sealed class InitFunction : IJobFunction
{
    private const double LatentGain = 4;

    public string Kind => InitParameters.Kind;

    public JobOutput Run(JobContext context)
    {
        var parameters = LearningJob.Parameters<InitParameters>(context.Job);
        var layout = ParameterLayout.Of(parameters.Model, parameters.Part, parameters.Outputs);
        var file = SafeTensors.Write(layout.Select((shape, number) => shape.Role == ParameterRole.Counter
            ? new TensorBlob(shape.Name, TensorType.I64, shape.Shape, new byte[sizeof(long)])
            : new TensorBlob(
                shape.Name, TensorType.F32, shape.Shape,
                MemoryMarshal.AsBytes<float>(Values(parameters.Part, layout, number, context.Job.Seed)).ToArray())));
        return Output.Of(file);
    }

    public JobForecast Forecast(Job job)
    {
        var parameters = LearningJob.Parameters<InitParameters>(job);
        return JobForecast.OneBlob(0, BlobSizes.Part(ParameterLayout.Of(parameters.Model, parameters.Part, parameters.Outputs)));
    }

    private static float[] Values(ModelPart part, IReadOnlyList<ParameterShape> layout, int number, ulong seed)
    {
        var shape = layout[number];
        var values = new float[shape.Count];
        if (shape.Shape.Length > 1)
        {
            var bound = Bound(part, layout, number);
            var draws = new Draws(seed, (uint)DrawPurpose.Parameter, (uint)number);
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = (float)(((2 * draws.Next()) - 1) * bound);
            }
        }
        else if (shape.Name.EndsWith("weight", StringComparison.Ordinal) || shape.Name.EndsWith("running_var", StringComparison.Ordinal))
        {
            Array.Fill(values, 1f);
        }

        if (SeesLatents(layout, number))
        {
            Centre(values, (int)shape.Shape[1]);
        }

        return values;
    }

    /// <summary>The first of several linear layers.</summary>
    private static bool SeesLatents(IReadOnlyList<ParameterShape> layout, int number) =>
        number == 0 && layout[0].Shape.Length == 2 && layout.Count(shape => shape.Shape.Length == 2) > 1;

    private static void Centre(Span<float> values, int columns)
    {
        for (var row = 0; row < values.Length; row += columns)
        {
            var weights = values.Slice(row, columns);
            double sum = 0;
            foreach (var weight in weights)
            {
                sum += weight;
            }

            foreach (ref var weight in weights)
            {
                weight = (float)(LatentGain * (weight - (sum / columns)));
            }
        }
    }

    /// <summary>The bound of a weight's uniform distribution.</summary>
    private static double Bound(ModelPart part, IReadOnlyList<ParameterShape> layout, int number)
    {
        var shape = layout[number].Shape;
        if (shape.Length == 4)
        {
            return Math.Sqrt(6.0 / (shape[0] * shape[2] * shape[3]));
        }

        var hidden = layout.Skip(number + 1).Any(later => later.Shape.Length == 2);
        return hidden ? Math.Sqrt(6.0 / shape[1]) : part == ModelPart.Expert ? 0 : 1 / Math.Sqrt(shape[1]);
    }
}
