using NMoE.Chance;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Learning.Experts;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;
using NMoE.Learning.Tensors;
using NMoE.Learning.Training;

namespace NMoE.Learning.Identity;

/// <summary>Real training on drawn pictures, run on the calling thread, to tell machines apart and to measure them.</summary>
public sealed class ProbeJobs
{
    private readonly ModelSpec _model;
    private readonly ReadOnlyMemory<byte> _extractor;
    private readonly ReadOnlyMemory<byte> _expert;
    private readonly ReadOnlyMemory<byte> _shard;
    private ReadOnlyMemory<byte> _latents;

    /// <summary>Draws models and pictures.</summary>
    /// <param name="model">The model.</param>
    /// <param name="rows">Number of pictures.</param>
    public ProbeJobs(ModelSpec model, int rows)
    {
        _model = model;
        _extractor = Initial(ModelPart.Extractor);
        _expert = Initial(ModelPart.Expert);
        _shard = Shard(rows, model);
    }

    /// <summary>One epoch of FedCE; gives F and H.</summary>
    /// <param name="batch">Mini-batch size.</param>
    public JobOutput Train(int batch) => Run(
        new FedCeFunction(), LearningJob.Create(new FedCeParameters(_model, 0.05, 0.9, 5e-4, batch, 1, 0.5, Augmentation.CropAndFlip, 0), 2), _extractor, _expert, _shard);

    /// <summary>Epochs of FedCE with nothing around them: no job, blob, hash or store; model and optimiser stay in memory.</summary>
    /// <param name="batch">Mini-batch size.</param>
    /// <param name="epochs">Epochs.</param>
    /// <param name="cancellation">Stops between two steps.</param>
    public void TrainBare(int batch, int epochs, CancellationToken cancellation)
    {
        var settings = new FedCeParameters(_model, 0.05, 0.9, 5e-4, batch, epochs, 0.5, Augmentation.CropAndFlip, 0);
        using var scope = TorchSharp.torch.NewDisposeScope();
        using var model = new FlatParameters(
            (Network.F, ParameterLayout.Of(_model, ModelPart.Extractor, 0), _extractor),
            (Network.H, ParameterLayout.Of(_model, ModelPart.Expert, 0), _expert));
        using var optimiser = new Sgd(model, settings.LearningRate, settings.Momentum, settings.WeightDecay, settings.Proximal);
        var pictures = new Pictures(TensorBlobs.Pictures(_shard), _model);
        var labels = TensorBlobs.Labels(_shard);
        for (var epoch = 0; epoch < epochs; epoch++)
        {
            FedCeFunction.Epoch(settings, model, optimiser, pictures, labels, 2, (uint)epoch, cancellation);
        }
    }

    /// <summary>F of all pictures.</summary>
    public JobOutput Forward() => Run(new LatentsFunction(), LearningJob.Create(new LatentsParameters(_model), 0), _extractor, _shard);

    /// <summary>One epoch of an expert.</summary>
    /// <param name="batch">Mini-batch size.</param>
    public JobOutput TrainExpert(int batch)
    {
        _latents = _latents.IsEmpty ? Forward().Blobs[0] : _latents;
        return Run(new ExpertFunction(), LearningJob.Create(new ExpertParameters(_model, 1e-3, batch, 1, 0, 1), 2), _expert, _latents, _shard);
    }

    private static JobOutput Run(IJobFunction function, Job job, params ReadOnlySpan<ReadOnlyMemory<byte>> inputs) =>
        function.Run(new JobContext(job, [.. inputs], CancellationToken.None));

    private ReadOnlyMemory<byte> Initial(ModelPart part) =>
        Run(new InitFunction(), LearningJob.Create(new InitParameters(_model, part, 0), 1)).Blobs[0];

    private static byte[] Shard(int rows, ModelSpec model)
    {
        var draws = new Draws(3, (uint)DrawPurpose.Parameter, 0);
        var pictures = Enumerable.Range(0, rows * model.Shape.Bytes).Select(_ => (byte)draws.Next(256)).ToArray();
        var labels = Enumerable.Range(0, rows).SelectMany(i => BitConverter.GetBytes((long)(i % model.Classes))).ToArray();
        return SafeTensors.Write(
        [
            new TensorBlob("images", TensorType.U8, [rows, model.Shape.Channels, model.Shape.Height, model.Shape.Width], pictures),
            new TensorBlob("labels", TensorType.I64, [rows], labels),
        ]);
    }
}
