using System.Runtime.InteropServices;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Learning.Jobs;

namespace NMoE.Learning.Training;

/// <summary>FedAvgM (Hsu et al., 2019): the server moves along a running sum of what the averages would have changed.</summary>
internal sealed class MomentumAverageFunction : IJobFunction
{
    public string Kind => MomentumAverageParameters.Kind;

    public JobOutput Run(JobContext context)
    {
        var settings = LearningJob.Parameters<MomentumAverageParameters>(context.Job);
        var models = settings.Weights.Length;
        if (context.Inputs.Length != models + 1 && context.Inputs.Length != models + 2)
        {
            throw new InvalidDataException(FormattableString.Invariant(
                $"FedAvgM over {models} models needs the model before, those, and its velocity if there is one; it was given {context.Inputs.Length} blobs."));
        }

        var before = SafeTensors.Read(context.Inputs[0]);
        var velocity = context.Inputs.Length == models + 2 ? SafeTensors.Read(context.Inputs[^1]) : null;
        var steps = AverageFunction.Of(context.Inputs[1..(models + 1)], settings.Weights)
            .Select(average => Step(before[average.Name], average, velocity?[average.Name], settings)).ToArray();
        return Output.Of(SafeTensors.Write(steps.Select(step => step.Model)), SafeTensors.Write(steps.Select(step => step.Velocity)));
    }

    public JobForecast Forecast(Job job)
    {
        var bytes = job.Inputs[0].Bytes;
        return new(2.0 * (job.Inputs.Length + 1) * (bytes / sizeof(float)), [bytes, bytes], [], []);
    }

    private static (TensorBlob Model, TensorBlob Velocity) Step(
        TensorBlob before, TensorBlob average, TensorBlob? velocity, MomentumAverageParameters settings)
    {
        // Running statistics are no parameters: with momentum, a variance could fall below zero.
        if (average.Type != TensorType.F32 || average.Name.Contains(".running_", StringComparison.Ordinal))
        {
            return (average, average);
        }

        var old = Floats(before);
        var mean = Floats(average);
        var moved = velocity is null ? new float[old.Length] : Floats(velocity);
        var model = new float[old.Length];
        for (var i = 0; i < old.Length; i++)
        {
            var speed = (settings.Momentum * moved[i]) + ((double)old[i] - mean[i]);
            moved[i] = (float)speed;
            model[i] = (float)(old[i] - (settings.Rate * speed));
        }

        return (average with { Data = Bytes(model) }, average with { Data = Bytes(moved) });
    }

    private static float[] Floats(TensorBlob tensor) => MemoryMarshal.Cast<byte, float>(tensor.Data.Span).ToArray();

    private static byte[] Bytes(float[] values) => MemoryMarshal.AsBytes<float>(values).ToArray();
}
