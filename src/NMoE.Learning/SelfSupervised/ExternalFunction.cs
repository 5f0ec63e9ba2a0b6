using System.Runtime.InteropServices;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Learning.Jobs;
using NMoE.Learning.Tensors;
using NMoE.Learning.Training;

namespace NMoE.Learning.SelfSupervised;

/// <summary>Runs <see cref="ExternalParameters"/>, in double precision.</summary>
public sealed class ExternalFunction : IJobFunction
{
    /// <inheritdoc/>
    public string Kind => ExternalParameters.Kind;

    /// <inheritdoc/>
    public JobOutput Run(JobContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var weights = LearningJob.Parameters<ExternalParameters>(context.Job).Weights;
        if (weights.Length != context.Inputs.Length || weights.IsEmpty)
        {
            throw new InvalidDataException(FormattableString.Invariant(
                $"A sum of {context.Inputs.Length} matrices needs as many weights, but has {weights.Length}."));
        }

        var blobs = context.Inputs.Select(input => TensorBlobs.Find(input, FedScFunction.Correlation, TensorType.F32)).ToArray();
        if (blobs.Any(blob => !blob.Shape.SequenceEqual(blobs[0].Shape)))
        {
            throw new InvalidDataException("Correlation matrices of different sizes cannot be summed.");
        }

        var sum = new double[blobs[0].Data.Length / sizeof(float)];
        for (var matrix = 0; matrix < blobs.Length; matrix++)
        {
            var values = MemoryMarshal.Cast<byte, float>(blobs[matrix].Data.Span);
            for (var i = 0; i < sum.Length; i++)
            {
                sum[i] += weights[matrix] * values[i];
            }
        }

        var floats = Array.ConvertAll(sum, value => (float)value);
        return Output.Of(SafeTensors.Write([blobs[0] with { Data = MemoryMarshal.AsBytes<float>(floats).ToArray() }]));
    }

    /// <inheritdoc/>
    public JobForecast Forecast(Job job)
    {
        ArgumentNullException.ThrowIfNull(job);
        return JobForecast.OneBlob(2.0 * job.Inputs.Length * (job.Inputs[0].Bytes / sizeof(float)), job.Inputs[0].Bytes);
    }
}
