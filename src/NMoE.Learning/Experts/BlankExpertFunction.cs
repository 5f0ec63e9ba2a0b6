using System.Collections.Immutable;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Learning.Cost;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;
using NMoE.Learning.Training;

namespace NMoE.Learning.Experts;

/// <summary>Runs <see cref="BlankExpertParameters"/>: all parameters are 0, and so are its logits.</summary>
internal sealed class BlankExpertFunction : IJobFunction
{
    public string Kind => BlankExpertParameters.Kind;

    public JobOutput Run(JobContext context) => Output.Of(SafeTensors.Write(Layout(context.Job).Select(shape => new TensorBlob(
        shape.Name, TensorType.F32, shape.Shape, new byte[shape.Count * sizeof(float)]))));

    public JobForecast Forecast(Job job) => JobForecast.OneBlob(0, BlobSizes.Part(Layout(job)));

    private static ImmutableArray<ParameterShape> Layout(Job job) => ParameterLayout.Of(LearningJob.Parameters<BlankExpertParameters>(job).Model, ModelPart.Expert, 0);
}
