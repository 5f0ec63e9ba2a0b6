using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Learning.Cost;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;
using NMoE.Learning.Training;

namespace NMoE.Learning.Gates;

/// <summary>Runs <see cref="NoisyGateParameters"/>: the gate that <see cref="InitParameters"/> draws from the same seed, and W_noise of zeros.</summary>
internal sealed class NoisyGateFunction : IJobFunction
{
    public string Kind => NoisyGateParameters.Kind;

    public JobOutput Run(JobContext context)
    {
        var (model, experts) = LearningJob.Parameters<NoisyGateParameters>(context.Job);
        var drawn = LearningJob.Create(new InitParameters(model, ModelPart.Gate, experts), context.Job.Seed);
        var gate = SafeTensors.Read(new InitFunction().Run(context with { Job = drawn }).Blobs[0]);
        var noise = GateLayout.Of(model, experts, RouterNoise.Shazeer).Single(shape => shape.Name == GateLayout.Noise);
        return Output.Of(SafeTensors.Write(
            [.. gate, new TensorBlob(noise.Name, TensorType.F32, noise.Shape, new byte[noise.Count * sizeof(float)])]));
    }

    public JobForecast Forecast(Job job)
    {
        var (model, experts) = LearningJob.Parameters<NoisyGateParameters>(job);
        return JobForecast.OneBlob(0, BlobSizes.Part(GateLayout.Of(model, experts, RouterNoise.Shazeer)));
    }
}
