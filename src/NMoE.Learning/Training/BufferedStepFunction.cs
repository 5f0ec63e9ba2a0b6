using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Learning.Jobs;

namespace NMoE.Learning.Training;

/// <summary>FedBuff's server step (Nguyen et al., 2022): the model moves by the weighed changes that clients made to the models they began with.</summary>
internal sealed class BufferedStepFunction : IJobFunction
{
    public string Kind => BufferedStepParameters.Kind;

    public JobOutput Run(JobContext context)
    {
        var weights = LearningJob.Parameters<BufferedStepParameters>(context.Job).Weights;
        if (weights.IsEmpty || context.Inputs.Length != (2 * weights.Length) + 1)
        {
            throw new InvalidDataException(FormattableString.Invariant(
                $"A buffered step of {weights.Length} updates needs the model and two more each; it was given {context.Inputs.Length} blobs."));
        }

        var models = context.Inputs.Select(file => SafeTensors.Read(file)).ToArray();
        double[] changes = [1, .. weights.SelectMany(weight => new[] { weight, -weight })];

        // Running statistics are no parameters: changes added up could drive a variance below zero, a mean of the clients' cannot.
        double[] means = [1 - weights.Sum(), .. weights.SelectMany(weight => new[] { weight, 0 })];
        return Output.Of(SafeTensors.Write(models[0].Select(first => first.Type == TensorType.F32
            ? WeightedSum.Of(models.Select(model => model[first.Name]).ToArray(), first.Name.Contains(".running_", StringComparison.Ordinal) ? means : changes)
            : first)));
    }

    public JobForecast Forecast(Job job) => JobForecast.OneBlob(2.0 * job.Inputs.Length * (job.Inputs[0].Bytes / sizeof(float)), job.Inputs[0].Bytes);
}
