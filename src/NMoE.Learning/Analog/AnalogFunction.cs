using System.Runtime.InteropServices;
using NMoE.Chance;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Learning.Cost;
using NMoE.Learning.Jobs;
using NMoE.Learning.Tensors;
using NMoE.Learning.Training;

namespace NMoE.Learning.Analog;

/// <summary>Runs <see cref="AnalogParameters"/>, in double precision, without a tensor library.</summary>
internal sealed class AnalogFunction : IJobFunction
{
    private const string Latents = "latents";

    public string Kind => AnalogParameters.Kind;

    public JobOutput Run(JobContext context)
    {
        var settings = LearningJob.Parameters<AnalogParameters>(context.Job);
        var blob = TensorBlobs.Find(context.Inputs[0], Latents, TensorType.F32);
        var (rows, width) = ((int)blob.Shape[0], (int)blob.Shape[1]);
        var values = MemoryMarshal.Cast<byte, float>(blob.Data.Span).ToArray();
        double[] decibels = settings.Drawn is { } drawn ? AnalogChannel.Decibels(drawn, rows) : [.. Enumerable.Repeat(LinkSteps.Decibels(settings.Signal!.Value), rows)];
        for (var row = 0; row < rows; row++)
        {
            AnalogChannel.Send(values.AsSpan(row * width, width), decibels[row], settings.Fading, new Draws(context.Job.Seed, (uint)DrawPurpose.Analog, (uint)row));
        }

        return Output.Of(SafeTensors.Write([blob with { Data = MemoryMarshal.AsBytes<float>(values).ToArray() }]));
    }

    /// <summary>Nature computes it: no device is charged.</summary>
    public JobForecast Forecast(Job job)
    {
        var width = LearningJob.Parameters<AnalogParameters>(job).Model.Latent;
        return JobForecast.OneBlob(0, BlobSizes.Table(Latents, BlobSizes.TableRows(job.Inputs[0], Latents, width), width));
    }
}
