using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Learning.Jobs;
using NMoE.Learning.Tensors;
using NMoE.Learning.Training;

namespace NMoE.Learning.SelfSupervised;

/// <summary>Runs <see cref="ExternalParameters"/>, in double precision.</summary>
internal sealed class ExternalFunction : IJobFunction
{
    public string Kind => ExternalParameters.Kind;

    public JobOutput Run(JobContext context)
    {
        var weights = LearningJob.Parameters<ExternalParameters>(context.Job).Weights;
        TensorBlob[] matrices = [.. context.Inputs.Select(input => TensorBlobs.Find(input, Projections.Correlation, TensorType.F32))];
        return Output.Of(SafeTensors.Write([WeightedSum.Of(matrices, weights)]));
    }

    public JobForecast Forecast(Job job) => JobForecast.OneBlob(2.0 * job.Inputs.Length * (job.Inputs[0].Bytes / sizeof(float)), job.Inputs[0].Bytes);
}
