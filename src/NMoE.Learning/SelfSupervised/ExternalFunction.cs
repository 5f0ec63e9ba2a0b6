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
        TensorBlob[] matrices = [.. context.Inputs.Select(input => TensorBlobs.Find(input, FedScFunction.Correlation, TensorType.F32))];
        return Output.Of(SafeTensors.Write([WeightedSum.Of(matrices, weights)]));
    }

    /// <inheritdoc/>
    public JobForecast Forecast(Job job)
    {
        ArgumentNullException.ThrowIfNull(job);
        return JobForecast.OneBlob(2.0 * job.Inputs.Length * (job.Inputs[0].Bytes / sizeof(float)), job.Inputs[0].Bytes);
    }
}
