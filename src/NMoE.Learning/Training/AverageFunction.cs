using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Learning.Jobs;

namespace NMoE.Learning.Training;

/// <summary>FedAvg's weighted average (McMahan et al., 2017), summed in double precision in the order given. Integer tensors are the first model's.</summary>
internal sealed class AverageFunction : IJobFunction
{
    public string Kind => AverageParameters.Kind;

    public JobOutput Run(JobContext context)
    {
        var weights = LearningJob.Parameters<AverageParameters>(context.Job).Weights;
        return Output.Of(SafeTensors.Write(Of(context.Inputs, weights)));
    }

    public JobForecast Forecast(Job job) => JobForecast.OneBlob(2.0 * job.Inputs.Length * (job.Inputs[0].Bytes / sizeof(float)), job.Inputs[0].Bytes);

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
        var shares = weights.Select(weight => weight / total).ToArray();
        return models[0].Select(first =>
            first.Type == TensorType.F32 ? WeightedSum.Of(models.Select(model => model[first.Name]).ToArray(), shares) : first);
    }
}
