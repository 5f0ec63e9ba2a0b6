using System.Runtime.InteropServices;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Learning.Cost;
using NMoE.Learning.Jobs;
using NMoE.Learning.Tensors;
using NMoE.Learning.Training;

namespace NMoE.Learning.Quantisation;

/// <summary>Runs <see cref="QuantiseParameters"/>, in double precision, without a tensor library: the bytes are the same on every machine.</summary>
internal sealed class QuantiseFunction : IJobFunction
{
    public string Kind => QuantiseParameters.Kind;

    public JobOutput Run(JobContext context)
    {
        var settings = LearningJob.Parameters<QuantiseParameters>(context.Job);
        var blob = TensorBlobs.Find(context.Inputs[0], QuantisedLatents.Latents, TensorType.F32);
        var (rows, dimensions) = ((int)blob.Shape[0], (int)blob.Shape[1]);
        var shapes = QuantisedLatents.Shapes(settings.Precision, rows, dimensions);
        var values = MemoryMarshal.Cast<byte, float>(blob.Data.Span).ToArray();
        byte[][] data = settings.Precision == LatentPrecision.Fp16 ? [Halves(values)] : Codes(values, rows, dimensions);
        return Output.Of(SafeTensors.Write(shapes.Zip(data, (shape, bytes) => new TensorBlob(shape.Name, shape.Type, shape.Shape, bytes))));
    }

    public JobForecast Forecast(Job job)
    {
        var settings = LearningJob.Parameters<QuantiseParameters>(job);
        var rows = BlobSizes.TableRows(job.Inputs[0], QuantisedLatents.Latents, settings.Model.Latent);
        return JobForecast.OneBlob(
            LearningCost.Requantise(settings.Model, rows),
            SafeTensors.BytesOf(QuantisedLatents.Shapes(settings.Precision, rows, settings.Model.Latent)));
    }

    /// <summary>.NET's conversion rounds to the nearest, ties to even; above 65504 it gives infinity, as IEEE 754 has it.</summary>
    private static byte[] Halves(float[] values) => MemoryMarshal.AsBytes<Half>(Array.ConvertAll(values, value => (Half)value)).ToArray();

    private static byte[][] Codes(float[] values, int rows, int dimensions)
    {
        var codes = new byte[values.Length];
        var lowest = new float[rows];
        var step = new float[rows];
        for (var row = 0; row < rows; row++)
        {
            var of = row * dimensions;
            (lowest[row], step[row]) = EvenSteps.Encode(values.AsSpan(of, dimensions), codes.AsSpan(of, dimensions));
        }

        return [codes, MemoryMarshal.AsBytes<float>(lowest).ToArray(), MemoryMarshal.AsBytes<float>(step).ToArray()];
    }
}
