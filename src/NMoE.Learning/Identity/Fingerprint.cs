using System.Security.Cryptography;
using NMoE.Compute.Jobs;
using NMoE.Compute.Blobs;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;
using NMoE.Learning.Training;
using static TorchSharp.torch;

namespace NMoE.Learning.Identity;

/// <summary>What, besides a job itself, determines its bits: the code, libtorch, the threads, and how this machine's vector units round.</summary>
public static class Fingerprint
{
    private const int Samples = 16;

    /// <summary>The fingerprint of this process. Takes a small training step, on a thread prepared by <see cref="TorchThreads.Prepare"/>.</summary>
    public static string OfThisMachine() => string.Join(
        ';',
        "learning=" + typeof(Fingerprint).Module.ModuleVersionId.ToString("N"),
        "compute=" + typeof(Job).Module.ModuleVersionId.ToString("N"),
        "torch=" + typeof(Tensor).Assembly.GetName().Version,
        "threads=1",
        "probe=" + Probe());

    /// <summary>SHA-256 of the models after two small steps of FedCE on drawn pictures.</summary>
    public static string Probe()
    {
        var model = new ModelSpec(8, 10);
        var extractor = Initial(model, ModelPart.Extractor);
        var predictor = Initial(model, ModelPart.Expert);
        var job = LearningJob.Create(new FedCeParameters(model, 0.05, 0.9, 5e-4, Samples / 2, 1, 0.5), 2);
        var output = new FedCeFunction().Run(new JobContext(job, [extractor, predictor, Shard()], CancellationToken.None));
        return Convert.ToHexStringLower(SHA256.HashData([.. output.Blobs.SelectMany(blob => blob.ToArray())]));
    }

    private static ReadOnlyMemory<byte> Initial(ModelSpec model, ModelPart part) => new InitFunction()
        .Run(new JobContext(LearningJob.Create(new InitParameters(model, part, 0), 1), [], CancellationToken.None)).Blobs[0];

    private static byte[] Shard()
    {
        var draws = new Draws(3, DrawPurpose.Parameter, 0);
        var pictures = Enumerable.Range(0, Samples * 3072).Select(_ => (byte)draws.Next(256)).ToArray();
        var labels = Enumerable.Range(0, Samples).SelectMany(i => BitConverter.GetBytes((long)(i % 10))).ToArray();
        return SafeTensors.Write(
        [
            new TensorBlob("images", TensorType.U8, [Samples, 3, 32, 32], pictures),
            new TensorBlob("labels", TensorType.I64, [Samples], labels),
        ]);
    }
}

/// <summary>libtorch's thread settings belong to the thread that made them.</summary>
public static class TorchThreads
{
    /// <summary>One intra-op thread for jobs on the calling thread: other numbers give other bits.</summary>
    public static void Prepare() => set_num_threads(1);
}
