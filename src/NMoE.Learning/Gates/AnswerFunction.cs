using System.Runtime.InteropServices;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Learning.Cost;
using NMoE.Learning.Jobs;
using NMoE.Learning.Tensors;
using NMoE.Learning.Training;

namespace NMoE.Learning.Gates;

/// <summary>Eq. (1): the weighted sum of the experts' logits for each row, then softmax; or the weighted sum of their probabilities.</summary>
internal sealed class AnswerFunction : IJobFunction
{
    public string Kind => AnswerParameters.Kind;

    public JobOutput Run(JobContext context)
    {
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
                var of = Array.ConvertAll(logits[settings.Answered[slot]][(row * classes)..((row + 1) * classes)], value => (double)value);
                Add(mixed, settings.Mixture == Mixture.Logits ? of : Softmax(of), weights[slot]);
            }

            var answer = settings.Mixture == Mixture.Logits ? Softmax(mixed) : mixed;
            Array.ConvertAll(answer, value => (float)value).CopyTo(probabilities.AsSpan(row * classes));
        }

        return Output.Of(SafeTensors.Write([new TensorBlob(
            "probabilities", TensorType.F32, [rows, classes], MemoryMarshal.AsBytes<float>(probabilities).ToArray())]));
    }

    public JobForecast Forecast(Job job)
    {
        var settings = LearningJob.Parameters<AnswerParameters>(job);
        return JobForecast.OneBlob(0, BlobSizes.Table("probabilities", settings.Answered.Length / settings.K, settings.Classes));
    }

    private static float[] Floats(ReadOnlyMemory<byte> file, string name, out int columns)
    {
        var blob = TensorBlobs.Find(file, name, TensorType.F32);
        columns = (int)blob.Shape[1];
        return MemoryMarshal.Cast<byte, float>(blob.Data.Span).ToArray();
    }

    private static void Add(double[] sum, double[] values, double weight)
    {
        for (var c = 0; c < sum.Length; c++)
        {
            sum[c] += weight * values[c];
        }
    }

    private static double[] Softmax(double[] logits)
    {
        var highest = logits.Max();
        var powers = Array.ConvertAll(logits, logit => Math.Exp(logit - highest));
        var total = powers.Sum();
        return Array.ConvertAll(powers, power => power / total);
    }
}
