using System.Runtime.InteropServices;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Learning.Data;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;
using NMoE.Learning.Partitions;
using NMoE.Learning.SelfSupervised;
using NMoE.Learning.Tests.Metrics;
using NMoE.Learning.Training;

namespace NMoE.Learning.Tests.Training;

/// <summary>An extractor that computes in bfloat16: emulated or not, what it learns is the same but for bfloat16's 8 bits of significand.</summary>
public sealed class PrecisionTests
{
    private static readonly ModelSpec Exact = new(16, 10);
    private static readonly ModelSpec Coarse = Exact with { Precision = Precision.BFloat16 };
    private static readonly ReadOnlyMemory<byte> F = Initial(Exact, ModelPart.Extractor);
    private static readonly ReadOnlyMemory<byte> H = Initial(Exact, ModelPart.Expert);
    private static readonly ReadOnlyMemory<byte> Shard = AnswerBlobs.Run(
        new ShardFunction(new DataCatalog(null)),
        new ShardParameters(new("generated", GeneratedSource.Version, 3), "train", new(IidPartition.PartitionName, 1, 1, 96), 0)).Blobs[0];

    /// <summary>
    /// The loss of a predictor that knows nothing is ln 10 = 2.303. After 36 steps both have learned, and lie within three percent of each other: later the two
    /// go ways of their own, as two seeds do.
    /// </summary>
    [Fact]
    public void FedCE_in_bf16_learns_what_it_learns_in_fp32()
    {
        var (exact, coarse) = (Train(Exact, 6).Metrics["loss"], Train(Coarse, 6).Metrics["loss"]);
        Assert.True(exact < 2.2 && Math.Abs(coarse - exact) < 0.03 * exact, FormattableString.Invariant($"{exact} {coarse}"));
    }

    [Fact]
    public void Parameters_stay_float32_and_take_steps_finer_than_bf16_has()
    {
        var trained = Train(Coarse, 1);
        Assert.All(trained.Blobs.SelectMany(blob => SafeTensors.Read(blob)), tensor => Assert.Equal(TensorType.F32, tensor.Type));

        Assert.Contains(Values(trained.Blobs[0]), IsFiner);
        Assert.NotEqual(Values(Train(Exact, 1).Blobs[0]), Values(trained.Blobs[0]));
    }

    [Theory]
    [InlineData(NormKind.Group)]
    [InlineData(NormKind.Batch)]
    public void Latents_stay_float32_and_lie_within_bf16s_rounding_of_the_exact_ones(NormKind norm)
    {
        var extractor = Initial(Exact with { Norm = norm }, ModelPart.Extractor);
        var exact = Latents(Exact with { Norm = norm }, extractor);
        var coarse = Latents(Coarse with { Norm = norm }, extractor);

        Assert.Equal(TensorType.F32, coarse.Type);
        Assert.Contains(Floats(coarse), IsFiner);
        var (distance, length) = (Norm(Floats(exact).Zip(Floats(coarse), (a, b) => a - b)), Norm(Floats(exact)));

        // Twenty layers that each round to 2^-9 of a value: 2 % if all erred one way.
        Assert.InRange(distance / length, 1e-5, 0.02);
    }

    [Fact]
    public void FedSC_in_bf16_leaves_float32_parameters_and_nearly_the_same_loss()
    {
        var (exact, coarse) = (TrainFedSc(Exact), TrainFedSc(Coarse));
        Assert.All(coarse.Blobs.SelectMany(blob => SafeTensors.Read(blob)), tensor => Assert.Equal(TensorType.F32, tensor.Type));
        Assert.NotEqual(exact.Metrics["loss"], coarse.Metrics["loss"]);
        Assert.Equal(exact.Metrics["loss"], coarse.Metrics["loss"], 0.03 * Math.Abs(exact.Metrics["loss"]));
    }

    /// <summary>The default is not written, so that what is remembered of jobs in float32 keeps its key.</summary>
    [Fact]
    public void Only_bf16_stands_in_a_jobs_record()
    {
        Assert.DoesNotContain("Precision", LearningJob.Create(new LatentsParameters(Exact), 0).Parameters, StringComparison.Ordinal);
        Assert.Contains("\"Precision\":\"BFloat16\"", LearningJob.Create(new LatentsParameters(Coarse), 0).Parameters, StringComparison.Ordinal);
    }

    /// <summary>A bfloat16 leaves the low 16 bits of a float empty.</summary>
    private static bool IsFiner(float value) => (BitConverter.SingleToUInt32Bits(value) & 0xffff) != 0;

    private static JobOutput Train(ModelSpec model, int epochs) => AnswerBlobs.Run(
        new FedCeFunction(), new FedCeParameters(model, 0.02, 0.9, 5e-4, 16, epochs, 1, Augmentation.None, 0), F, H, Shard);

    private static JobOutput TrainFedSc(ModelSpec model) => AnswerBlobs.Run(
        new FedScFunction(), new FedScParameters(model, 16, 4, 1, 1, 0.02, 0.9, 5e-4, 16, 1, 3, 0), F, Initial(Exact, ModelPart.Projection), Shard);

    private static TensorBlob Latents(ModelSpec model, ReadOnlyMemory<byte> extractor) =>
        SafeTensors.Read(AnswerBlobs.Run(new LatentsFunction(), new LatentsParameters(model), extractor, Shard).Blobs[0]).Single();

    private static ReadOnlyMemory<byte> Initial(ModelSpec model, ModelPart part) => AnswerBlobs.Run(
        new InitFunction(), new InitParameters(model, part, part == ModelPart.Projection ? 16 : 0)).Blobs[0];

    private static float[] Values(ReadOnlyMemory<byte> model) => [.. SafeTensors.Read(model).SelectMany(Floats)];

    private static float[] Floats(TensorBlob tensor) => MemoryMarshal.Cast<byte, float>(tensor.Data.Span).ToArray();

    private static double Norm(IEnumerable<float> values) => Math.Sqrt(values.Sum(value => (double)value * value));
}
