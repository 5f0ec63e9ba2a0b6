using System.Runtime.InteropServices;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Learning.Cost;
using NMoE.Learning.Jobs;
using NMoE.Learning.Tensors;
using NMoE.Learning.Training;

namespace NMoE.Learning.Gates;

/// <summary>Runs <see cref="LatentMomentsParameters"/>: sums in double precision, row by row.</summary>
internal sealed class LatentMomentsFunction : IJobFunction
{
    public string Kind => LatentMomentsParameters.Kind;

    public JobOutput Run(JobContext context)
    {
        var width = LearningJob.Parameters<LatentMomentsParameters>(context.Job).Model.Latent;
        var blob = TensorBlobs.Find(context.Inputs[0], "latents", TensorType.F32);
        var rows = (int)blob.Shape[0];
        if (blob.Shape[1] != width)
        {
            throw new InvalidDataException(FormattableString.Invariant($"Latents of {blob.Shape[1]} numbers are not those of a model with {width}."));
        }

        var latents = MemoryMarshal.Cast<byte, float>(blob.Data.Span);
        var (sums, squares) = (new double[width], new double[width]);
        for (var i = 0; i < latents.Length; i++)
        {
            sums[i % width] += latents[i];
            squares[i % width] += (double)latents[i] * latents[i];
        }

        return Output.Of(SafeTensors.Write([Mean(Standardisation.Mean, sums, rows), Mean(Standardisation.Square, squares, rows)]));
    }

    public JobForecast Forecast(Job job)
    {
        var model = LearningJob.Parameters<LatentMomentsParameters>(job).Model;
        var rows = BlobSizes.TableRows(job.Inputs[0], "latents", model.Latent);
        return JobForecast.OneBlob(LearningCost.Moments(model, rows), SafeTensors.BytesOf(Standardisation.Shapes(model.Latent)));
    }

    private static TensorBlob Mean(string name, double[] sums, int rows) => new(
        name, TensorType.F32, [sums.Length], MemoryMarshal.AsBytes<float>(Array.ConvertAll(sums, sum => (float)(sum / rows))).ToArray());
}
