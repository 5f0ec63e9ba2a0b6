using System.Collections.Immutable;
using System.Runtime.InteropServices;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Learning.Jobs;

namespace NMoE.Learning.Training;

/// <summary>FedAvg's weighted average (McMahan et al., 2017), summed in double precision in the order given. Integer tensors are the first model's.</summary>
public sealed class AverageFunction : IJobFunction
{
    /// <inheritdoc/>
    public string Kind => AverageParameters.Kind;

    /// <inheritdoc/>
    public JobOutput Run(JobContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var weights = LearningJob.Parameters<AverageParameters>(context.Job).Weights;
        return Output.Of(SafeTensors.Write(Of(context.Inputs, weights)));
    }

    /// <inheritdoc/>
    public JobForecast Forecast(Job job)
    {
        ArgumentNullException.ThrowIfNull(job);
        return JobForecast.OneBlob(2.0 * job.Inputs.Length * (job.Inputs[0].Bytes / sizeof(float)), job.Inputs[0].Bytes);
    }

    /// <summary>The average of models, tensor by tensor.</summary>
    internal static IEnumerable<TensorBlob> Of(ImmutableArray<ReadOnlyMemory<byte>> files, ImmutableArray<double> weights)
    {
        if (weights.Length != files.Length || weights.IsEmpty)
        {
            throw new InvalidDataException(FormattableString.Invariant(
                $"An average of {files.Length} models needs as many weights, but has {weights.Length}."));
        }

        var models = files.Select(file => SafeTensors.Read(file)).ToArray();
        var total = weights.Sum();
        return models[0].Select(first =>
            first.Type == TensorType.F32 ? Average(first, models.Select(model => model[first.Name]).ToArray(), weights, total) : first);
    }

    private static TensorBlob Average(TensorBlob first, TensorBlob[] tensors, IReadOnlyList<double> weights, double total)
    {
        var sum = new double[first.Data.Length / sizeof(float)];
        for (var model = 0; model < tensors.Length; model++)
        {
            var values = MemoryMarshal.Cast<byte, float>(tensors[model].Data.Span);
            for (var i = 0; i < sum.Length; i++)
            {
                sum[i] += weights[model] / total * values[i];
            }
        }

        var average = Array.ConvertAll(sum, value => (float)value);
        return first with { Data = MemoryMarshal.AsBytes<float>(average).ToArray() };
    }
}
