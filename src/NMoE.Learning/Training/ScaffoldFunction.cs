using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Learning.Cost;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;
using NMoE.Learning.Tensors;
using static TorchSharp.torch;

namespace NMoE.Learning.Training;

/// <summary>
/// A client's round of SCAFFOLD (Karimireddy et al., 2020, option II): w -= lr (g - c_i + c) for K steps, then c_i' = c_i - c + (w_g - w)/(K lr).
/// </summary>
internal sealed class ScaffoldFunction : IJobFunction
{
    /// <summary>The name of a control variate in its file: f32 [P], the parameters of F, then of H.</summary>
    internal const string Control = "control";

    private const int FixedInputs = 3;

    public string Kind => ScaffoldParameters.Kind;

    public WorkKind Work => WorkKind.Training;

    public JobOutput Run(JobContext context)
    {
        var settings = LearningJob.Parameters<ScaffoldParameters>(context.Job);
        var local = settings.Local;
        using var scope = NewDisposeScope();
        using var model = FedCeFunction.Model(local.Model, context);
        var server = ControlOf(context, FixedInputs, model);
        var own = ControlOf(context, FixedInputs + 1, model);
        var start = model.Flat.clone();
        using var optimiser = new Sgd(model, local.LearningRate, 0, local.WeightDecay, 0) { Correction = server.Minus(own) };
        var (loss, accuracy) = FedCeFunction.Epochs(local, model, optimiser, context);
        var steps = local.Epochs * ((TensorBlobs.Labels(context.Inputs[2]).Length + local.Batch - 1) / local.Batch);
        var change = start.Minus(model.Flat).Times(1 / (steps * local.LearningRate)).Minus(server);
        return Output.Of(
                model.File(Network.F), model.File(Network.H),
                TensorBlobs.File(Control, own.Plus(change)), TensorBlobs.File(Control, change))
            .With("loss", loss).With("accuracy", accuracy);
    }

    public JobForecast Forecast(Job job)
    {
        var local = LearningJob.Parameters<ScaffoldParameters>(job).Local;
        var control = ControlBytes(local.Model);
        return new(
            LearningCost.FedCe(local.Model, BlobSizes.ShardRows(job.Inputs[2], local.Model.Shape), local.Epochs),
            [job.Inputs[0].Bytes, job.Inputs[1].Bytes, control, control], [], ["accuracy", "loss"]);
    }

    /// <summary>Bytes of a control variate.</summary>
    internal static long ControlBytes(ModelSpec model) => SafeTensors.BytesOf([new(
        Control, TensorType.F32,
        [LearningCost.Parameters(model, ModelPart.Extractor, 0) + LearningCost.Parameters(model, ModelPart.Expert, 0)])]);

    private static Tensor ControlOf(JobContext context, int input, FlatParameters model) =>
        context.Inputs.Length > input ? TensorBlobs.Floats(context.Inputs[input], Control) : zeros_like(model.Flat);
}

/// <summary>The server's control variate: c += the sum of the clients' changes over n, in double precision.</summary>
internal sealed class ScaffoldServerFunction : IJobFunction
{
    public string Kind => ScaffoldServerParameters.Kind;

    public JobOutput Run(JobContext context)
    {
        var settings = LearningJob.Parameters<ScaffoldServerParameters>(context.Job);
        TensorBlob[] inputs = [.. context.Inputs.Select(input => TensorBlobs.Find(input, ScaffoldFunction.Control, TensorType.F32))];
        var weights = inputs.Select((_, number) => number < settings.Changes ? 1.0 / settings.Clients : 1.0).ToArray();
        return Output.Of(SafeTensors.Write([WeightedSum.Of(inputs, weights)]));
    }

    public JobForecast Forecast(Job job) => JobForecast.OneBlob(2.0 * job.Inputs.Length * (job.Inputs[0].Bytes / sizeof(float)), job.Inputs[0].Bytes);
}
