using System.Runtime.InteropServices;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Learning.Cost;
using NMoE.Learning.Jobs;
using NMoE.Learning.Tensors;
using NMoE.Learning.Training;

namespace NMoE.Learning.Gates;

/// <summary>Eq. (1): the weighted sum of the experts' logits for each row, then softmax.</summary>
public sealed class AnswerFunction : IJobFunction
{
    /// <inheritdoc/>
    public string Kind => AnswerParameters.Kind;

    /// <inheritdoc/>
    public JobOutput Run(JobContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var settings = LearningJob.Parameters<AnswerParameters>(context.Job);
        var weights = Floats(context.Inputs[0], "weights", out _);
        var logits = new SortedDictionary<int, float[]>();
        var classes = 0;
        for (var i = 0; i < settings.Experts.Length; i++)
        {
            logits[settings.Experts[i]] = Floats(context.Inputs[i + 1], "logits", out classes);
        }

        var rows = settings.Answered.Length / settings.K;
        var probabilities = new float[rows * classes];
        for (var row = 0; row < rows; row++)
        {
            var mixed = new double[classes];
            for (var choice = 0; choice < settings.K; choice++)
            {
                var slot = (row * settings.K) + choice;
                var of = logits[settings.Answered[slot]];
                for (var c = 0; c < classes; c++)
                {
                    mixed[c] += weights[slot] * of[(row * classes) + c];
                }
            }

            Softmax(mixed, probabilities.AsSpan(row * classes, classes));
        }

        return Output.Of(SafeTensors.Write([new TensorBlob(
            "probabilities", TensorType.F32, [rows, classes], MemoryMarshal.AsBytes<float>(probabilities).ToArray())]));
    }

    /// <inheritdoc/>
    public JobForecast Forecast(Job job)
    {
        ArgumentNullException.ThrowIfNull(job);
        var settings = LearningJob.Parameters<AnswerParameters>(job);
        return JobForecast.OneBlob(0, BlobSizes.Table("probabilities", settings.Answered.Length / settings.K, settings.Classes));
    }

    private static float[] Floats(ReadOnlyMemory<byte> file, string name, out int columns)
    {
        var blob = TensorBlobs.Find(file, name, TensorType.F32);
        columns = (int)blob.Shape[1];
        return MemoryMarshal.Cast<byte, float>(blob.Data.Span).ToArray();
    }

    private static void Softmax(double[] logits, Span<float> target)
    {
        var highest = logits.Max();
        var powers = Array.ConvertAll(logits, logit => Math.Exp(logit - highest));
        for (var c = 0; c < target.Length; c++)
        {
            target[c] = (float)(powers[c] / powers.Sum());
        }
    }
}
