using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Learning.Baselines;
using NMoE.Learning.Data;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;
using NMoE.Learning.Partitions;
using NMoE.Learning.Tests.Metrics;
using NMoE.Learning.Tests.Training;
using NMoE.Learning.Training;

namespace NMoE.Learning.Tests.Baselines;

public sealed class CentralisedMoeFunctionTests
{
    private static readonly ModelSpec Model = new(16, 10);
    private static readonly FedCeParameters Local = new(Model, 0.02, 0.9, 5e-4, 16, 1, 1, Augmentation.None, 0);
    private static readonly ReadOnlyMemory<byte> F = FlatParametersTests.Initial(ModelPart.Extractor);
    private static readonly ReadOnlyMemory<byte> H = FlatParametersTests.Initial(ModelPart.Expert);

    [Fact]
    public void The_same_job_leaves_the_same_bits_and_another_seed_others()
    {
        var first = Run(Local, 0.01, 5);
        Assert.Equal(first.Blobs.Select(blob => blob.ToArray()), Run(Local, 0.01, 5).Blobs.Select(blob => blob.ToArray()));
        Assert.NotEqual(first.Blobs[0].ToArray(), Run(Local, 0.01, 6).Blobs[0].ToArray());
    }

    /// <summary>With one expert chosen a sample, an expert that no sample chose keeps its parameters but for weight decay.</summary>
    [Fact]
    public void Only_the_chosen_experts_learn()
    {
        var trained = Run(Local with { WeightDecay = 0 }, 0, 5, gate: FirstOnly());
        Assert.NotEqual(H.ToArray(), trained.Blobs[2].ToArray());
        Assert.Equal(H.ToArray(), trained.Blobs[3].ToArray());
        Assert.Equal(H.ToArray(), trained.Blobs[4].ToArray());
        Assert.Equal(3, trained.Metrics["balance"], 0.1);
    }

    /// <summary>A mixture of one expert is FedCE's network: the gate's share is 1 and nothing else differs.</summary>
    [Fact]
    public void One_expert_alone_is_an_ordinary_classifier()
    {
        var plain = AnswerBlobs.Run(new FedCeFunction(), Local, F, H, Shard(0));
        var mixture = AnswerBlobs.Run(new CentralisedMoeFunction(), new CentralisedMoeParameters(Local, 1, 1, 0, 0), F, Gate(1), H, Shard(0));
        Assert.Equal(plain.Metrics["loss"], mixture.Metrics["loss"], 1e-5);
        Assert.Equal(plain.Metrics["accuracy"], mixture.Metrics["accuracy"]);
    }

    [Fact]
    public void It_learns_from_all_shards()
    {
        var first = Run(Local with { Epochs = 1 }, 0.01, 5);
        var longer = Run(Local with { Epochs = 12 }, 0.01, 5);
        Assert.True(longer.Metrics["loss"] < first.Metrics["loss"] - 0.02, $"{first.Metrics["loss"]} {longer.Metrics["loss"]}");
    }

    private static JobOutput Run(FedCeParameters local, double balance, ulong seed, ReadOnlyMemory<byte>? gate = null)
    {
        var parameters = new CentralisedMoeParameters(local, 3, 1, balance, 0);
        ReadOnlyMemory<byte>[] inputs = [F, gate ?? Gate(3), H, H, H, Shard(0), Shard(1)];
        return new CentralisedMoeFunction().Run(new JobContext(LearningJob.Create(parameters, seed), [.. inputs], CancellationToken.None));
    }

    private static ReadOnlyMemory<byte> Gate(int experts) => new InitFunction()
        .Run(new JobContext(LearningJob.Create(new InitParameters(Model, ModelPart.Gate, experts), 1), [], CancellationToken.None)).Blobs[0];

    private static ReadOnlyMemory<byte> FirstOnly()
    {
        float[] bias = [100, 0, 0];
        return SafeTensors.Write(
        [
            new TensorBlob("weight", TensorType.F32, [3, Model.Latent], new byte[3 * Model.Latent * sizeof(float)]),
            new TensorBlob("bias", TensorType.F32, [3], System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(bias).ToArray()),
        ]);
    }

    private static ReadOnlyMemory<byte> Shard(int client) => AnswerBlobs.Run(
        new ShardFunction(new DataCatalog(null)),
        new ShardParameters(new("generated", GeneratedSource.Version, 3), "train", new(IidPartition.PartitionName, 1, 2, 48), client)).Blobs[0];
}
