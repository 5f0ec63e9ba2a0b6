using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Learning.Jobs;
using NMoE.Learning.Metrics;
using NMoE.Learning.Training;

namespace NMoE.Learning.Gates;

/// <summary>Runs <see cref="GateRowsAverageParameters"/>.</summary>
internal sealed class GateRowsAverageFunction : IJobFunction
{
    public string Kind => GateRowsAverageParameters.Kind;

    public JobOutput Run(JobContext context)
    {
        var settings = LearningJob.Parameters<GateRowsAverageParameters>(context.Job);
        JobInputs.Check(context, settings.Weights.Length + 1);
        var (gate, total) = (SafeTensors.Read(context.Inputs[^1]), settings.Weights.Sum());
        var parts = context.Inputs[..^1].Select(file => SafeTensors.Read(file)).ToArray();
        return Output.Of(SafeTensors.Write(gate.Select(whole => (Whole: whole, Parts: parts.Select(part => part[whole.Name]).ToArray())).Select(of => GateRows.IsByExpert(gate, of.Whole)
            ? GateRows.Average(of.Whole, [.. of.Parts], settings.Rows, settings.Weights)
            : WeightedSum.Of(of.Parts, [.. settings.Weights.Select(weight => weight / total)]))));
    }

    public JobForecast Forecast(Job job) => JobForecast.OneBlob(2.0 * job.Inputs[..^1].Sum(part => part.Bytes / sizeof(float)), job.Inputs[^1].Bytes);
}
