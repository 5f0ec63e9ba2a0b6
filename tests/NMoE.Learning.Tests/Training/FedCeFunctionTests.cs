using System.Runtime.InteropServices;
using NMoE.Compute.Blobs;
using NMoE.Learning.Data;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;
using NMoE.Learning.Partitions;
using NMoE.Learning.Tests.Metrics;
using NMoE.Learning.Training;

namespace NMoE.Learning.Tests.Training;

public sealed class FedCeFunctionTests
{
    private static readonly ModelSpec Model = new(16, 10);
    private static readonly FedCeParameters Plain = new(Model, 0.02, 0.9, 5e-4, 16, 2, 1, Augmentation.Flip, 0);
    private static readonly ReadOnlyMemory<byte> Shard = AnswerBlobs.Run(
        new ShardFunction(new DataCatalog(null)),
        new ShardParameters(new("generated", GeneratedSource.Version, 3), "train", new(IidPartition.PartitionName, 1, 1, 48), 0)).Blobs[0];

    [Fact]
    public void The_same_job_leaves_the_same_bits() => Assert.Equal(Train(Plain), Train(Plain));

    [Fact]
    public void A_stronger_pull_keeps_the_model_closer_to_where_it_started()
    {
        var distances = new[] { 0.0, 1, 10 }.Select(pull => Distance(Train(Plain with { Proximal = pull }))).ToArray();
        Assert.True(distances[0] > distances[1] && distances[1] > distances[2], string.Join(", ", distances));
    }

    /// <summary>The smallest mu above 0 takes the way of the pull, and is 0 in float32: FedProx with mu 0 is FedAvg to the bit.</summary>
    [Fact]
    public void A_pull_of_nothing_leaves_the_bits_of_FedAvg() => Assert.Equal(Train(Plain), Train(Plain with { Proximal = double.Epsilon }));

    private static double Distance(float[] trained) => Math.Sqrt(trained.Zip(Start(), (after, before) => Math.Pow(after - before, 2)).Sum());

    private static float[] Start() => Values(FlatParametersTests.Initial(ModelPart.Extractor));

    private static float[] Train(FedCeParameters parameters) => Values(AnswerBlobs.Run(
        new FedCeFunction(), parameters, FlatParametersTests.Initial(ModelPart.Extractor), FlatParametersTests.Initial(ModelPart.Expert), Shard).Blobs[0]);

    private static float[] Values(ReadOnlyMemory<byte> model) =>
        [.. SafeTensors.Read(model).SelectMany(tensor => MemoryMarshal.Cast<byte, float>(tensor.Data.Span).ToArray())];
}
