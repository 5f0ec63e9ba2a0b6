using System.Runtime.InteropServices;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Learning.Cost;
using NMoE.Learning.Jobs;
using NMoE.Learning.Tensors;
using NMoE.Learning.Training;

namespace NMoE.Learning.Quantisation;

/// <summary>Runs <see cref="DequantiseParameters"/>.</summary>
internal sealed class DequantiseFunction : IJobFunction
{
    public string Kind => DequantiseParameters.Kind;

    public JobOutput Run(JobContext context)
    {
        var settings = LearningJob.Parameters<DequantiseParameters>(context.Job);
        var (values, shape) = settings.Precision == LatentPrecision.Fp16 ? OfHalves(context.Inputs[0]) : OfCodes(context.Inputs[0]);
        return Output.Of(SafeTensors.Write(
            [new TensorBlob(QuantisedLatents.Latents, TensorType.F32, [.. shape], MemoryMarshal.AsBytes<float>(values).ToArray())]));
    }

    public JobForecast Forecast(Job job)
    {
        var settings = LearningJob.Parameters<DequantiseParameters>(job);
        var dimensions = settings.Model.Latent;
        var rows = BlobSizes.Rows(
            job.Inputs[0], QuantisedLatents.RowBytes(settings.Precision, dimensions),
            count => SafeTensors.BytesOf(QuantisedLatents.Shapes(settings.Precision, count, dimensions)));
        return JobForecast.OneBlob(
            LearningCost.Requantise(settings.Model, rows), BlobSizes.Table(QuantisedLatents.Latents, rows, dimensions));
    }

    private static (float[] Values, IEnumerable<long> Shape) OfHalves(ReadOnlyMemory<byte> file)
    {
        var blob = TensorBlobs.Find(file, QuantisedLatents.Latents, TensorType.F16);
        return (Array.ConvertAll(MemoryMarshal.Cast<byte, Half>(blob.Data.Span).ToArray(), value => (float)value), blob.Shape);
    }

    private static (float[] Values, IEnumerable<long> Shape) OfCodes(ReadOnlyMemory<byte> file)
    {
        var blob = TensorBlobs.Find(file, QuantisedLatents.Latents, TensorType.U8);
        var lowest = MemoryMarshal.Cast<byte, float>(TensorBlobs.Find(file, QuantisedLatents.Lowest, TensorType.F32).Data.Span);
        var step = MemoryMarshal.Cast<byte, float>(TensorBlobs.Find(file, QuantisedLatents.Step, TensorType.F32).Data.Span);
        var codes = blob.Data.Span;
        var dimensions = (int)blob.Shape[1];
        var values = new float[codes.Length];
        for (var row = 0; row < lowest.Length; row++)
        {
            EvenSteps.Decode(codes.Slice(row * dimensions, dimensions), lowest[row], step[row], values.AsSpan(row * dimensions, dimensions));
        }

        return (values, blob.Shape);
    }
}
