using System.Collections.Immutable;
using System.Runtime.InteropServices;
using NMoE.Chance;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Learning.Cost;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;

namespace NMoE.Learning.Training;

/// <summary>Draws initial parameters from keys, as their layers begin (<see cref="Start"/>).</summary>
internal sealed class InitFunction : IJobFunction
{
    public string Kind => InitParameters.Kind;

    public JobOutput Run(JobContext context)
    {
        var parameters = LearningJob.Parameters<InitParameters>(context.Job);
        var layout = ParameterLayout.Of(parameters.Model, parameters.Part, parameters.Outputs);
        return Output.Of(File(layout, context.Job.Seed));
    }

    /// <summary>A part's file as it begins.</summary>
    internal static ReadOnlyMemory<byte> File(ImmutableArray<ParameterShape> layout, ulong seed) => SafeTensors.Write(layout.Select((shape, number) => shape.Role == ParameterRole.Counter
        ? new TensorBlob(shape.Name, TensorType.I64, shape.Shape, new byte[sizeof(long)])
        : new TensorBlob(shape.Name, TensorType.F32, shape.Shape, MemoryMarshal.AsBytes<float>(Values(shape, number, seed)).ToArray())));

    public JobForecast Forecast(Job job)
    {
        var parameters = LearningJob.Parameters<InitParameters>(job);
        return JobForecast.OneBlob(0, BlobSizes.Part(ParameterLayout.Of(parameters.Model, parameters.Part, parameters.Outputs)));
    }

    private static float[] Values(ParameterShape shape, int number, ulong seed)
    {
        var values = new float[shape.Count];
        if (shape.Start.Form == StartForm.One)
        {
            Array.Fill(values, 1f);
        }
        else if (shape.Start.Form != StartForm.Zero)
        {
            var draws = new Draws(seed, (uint)DrawPurpose.Parameter, (uint)number);
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = (float)(((2 * draws.Next()) - 1) * shape.Start.Bound);
            }
        }

        if (shape.Start.Form == StartForm.Centred)
        {
            Centre(values, (int)shape.Shape[1]);
        }

        return values;
    }

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
                weight = (float)(Start.LatentGain * (weight - (sum / columns)));
            }
        }
    }
}
