using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;

namespace NMoE.Learning.Training;

/// <summary>Runs <see cref="OwnNormsParameters"/>.</summary>
internal sealed class OwnNormsFunction : IJobFunction
{
    public string Kind => OwnNormsParameters.Kind;

    public JobOutput Run(JobContext context)
    {
        var model = LearningJob.Parameters<OwnNormsParameters>(context.Job).Model;
        var (received, own) = (SafeTensors.Read(context.Inputs[0]), SafeTensors.Read(context.Inputs[1]));
        return Output.Of(SafeTensors.Write(ParameterLayout.Of(model, ModelPart.Extractor, 0)
            .Select(shape => (shape.IsOfNorm ? own : received)[shape.Name])));
    }

    public JobForecast Forecast(Job job) => JobForecast.OneBlob(0, job.Inputs[0].Bytes);
}
