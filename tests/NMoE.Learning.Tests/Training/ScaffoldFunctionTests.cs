using System.Runtime.InteropServices;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Learning.Data;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;
using NMoE.Learning.Partitions;
using NMoE.Learning.Tests.Metrics;
using NMoE.Learning.Training;

namespace NMoE.Learning.Tests.Training;

/// <summary>Against the definition in Karimireddy et al. (2020).</summary>
public sealed class ScaffoldFunctionTests
{
    private const double Rate = 0.02;
    private const int Steps = 6;
    private static readonly ModelSpec Model = new(16, 10);
    private static readonly FedCeParameters Local = new(Model, Rate, 0, 5e-4, 16, 2, 1, Augmentation.Flip, 0);
    private static readonly ReadOnlyMemory<byte> F = FlatParametersTests.Initial(ModelPart.Extractor);
    private static readonly ReadOnlyMemory<byte> H = FlatParametersTests.Initial(ModelPart.Expert);
    private static readonly ReadOnlyMemory<byte> Shard = AnswerBlobs.Run(
        new ShardFunction(new DataCatalog(null)),
        new ShardParameters(new("generated", GeneratedSource.Version, 3), "train", new(IidPartition.PartitionName, 1, 1, 48), 0)).Blobs[0];

    [Fact]
    public void Without_control_variates_it_is_FedAvg_to_the_bit()
    {
        var plain = AnswerBlobs.Run(new FedCeFunction(), Local, F, H, Shard);
        var scaffold = Run(F, H, Shard);
        var zeros = Run(F, H, Shard, Control(0), Control(0));
        for (var part = 0; part < 2; part++)
        {
            Assert.True(plain.Blobs[part].Span.SequenceEqual(scaffold.Blobs[part].Span));
            Assert.True(plain.Blobs[part].Span.SequenceEqual(zeros.Blobs[part].Span));
        }
    }

    /// <summary>c_i' = c_i - c + (w_g - w)/(K lr), from the weights that came out.</summary>
    [Fact]
    public void The_new_control_variate_is_the_mean_step()
    {
        var output = Run(F, H, Shard, Control(0.003f), Control(0.001f));
        var before = Weights(F, H);
        var after = Weights(output.Blobs[0], output.Blobs[1]);
        var (own, change) = (Values(output.Blobs[2]), Values(output.Blobs[3]));
        for (var i = 0; i < before.Length; i++)
        {
            var expected = 0.001 - 0.003 + ((before[i] - (double)after[i]) / (Steps * Rate));
            Assert.Equal(expected, own[i], 1e-4);
            Assert.Equal(expected - 0.001, change[i], 1e-4);
        }
    }

    [Fact]
    public void Equal_control_variates_cancel()
    {
        var same = Run(F, H, Shard, Control(0.5f), Control(0.5f));
        Assert.True(Run(F, H, Shard).Blobs[0].Span.SequenceEqual(same.Blobs[0].Span));
    }

    /// <summary>One step: w = w_g - lr (g - c_i + c), so that beside FedAvg w moves by lr (c_i - c).</summary>
    [Fact]
    public void A_step_is_corrected_by_the_difference_of_the_control_variates()
    {
        var oneStep = Local with { Batch = 48, Epochs = 1 };
        var plain = AnswerBlobs.Run(new FedCeFunction(), oneStep, F, H, Shard);
        var corrected = AnswerBlobs.Run(new ScaffoldFunction(), new ScaffoldParameters(oneStep), F, H, Shard, Control(0.3f), Control(0.1f));
        var expected = Weights(plain.Blobs[0], plain.Blobs[1]).Select(weight => weight - (Rate * 0.2));
        Assert.All(expected.Zip(Weights(corrected.Blobs[0], corrected.Blobs[1])), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
    }

    [Fact]
    public void The_servers_control_variate_moves_by_the_clients_changes_over_all_clients()
    {
        var first = Server(new(2, 4), Control(1, 8), Control(3, 8));
        Assert.All(Values(first), value => Assert.Equal(1f, value));
        Assert.All(Values(Server(new(1, 4), Control(2, 8), first)), value => Assert.Equal(1.5f, value));
    }

    private static JobOutput Run(params ReadOnlyMemory<byte>[] inputs) => AnswerBlobs.Run(new ScaffoldFunction(), new ScaffoldParameters(Local), inputs);

    private static ReadOnlyMemory<byte> Server(ScaffoldServerParameters parameters, params ReadOnlyMemory<byte>[] inputs) =>
        AnswerBlobs.Run(new ScaffoldServerFunction(), parameters, inputs).Blobs[0];

    private static ReadOnlyMemory<byte> Control(float value) => Control(value, Weights(F, H).Length);

    private static ReadOnlyMemory<byte> Control(float value, int count) => SafeTensors.Write(
        [new TensorBlob("control", TensorType.F32, [count], MemoryMarshal.AsBytes<float>(Enumerable.Repeat(value, count).ToArray()).ToArray())]);

    private static float[] Weights(ReadOnlyMemory<byte> extractor, ReadOnlyMemory<byte> predictor) =>
        [.. InOrder(extractor, ModelPart.Extractor), .. InOrder(predictor, ModelPart.Expert)];

    /// <summary>A file lists its tensors by name; a control variate follows the layout.</summary>
    private static IEnumerable<float> InOrder(ReadOnlyMemory<byte> file, ModelPart part)
    {
        var tensors = SafeTensors.Read(file);
        return ParameterLayout.Of(Model, part, 0).SelectMany(shape => MemoryMarshal.Cast<byte, float>(tensors[shape.Name].Data.Span).ToArray());
    }

    private static float[] Values(ReadOnlyMemory<byte> file) =>
        [.. SafeTensors.Read(file).SelectMany(tensor => MemoryMarshal.Cast<byte, float>(tensor.Data.Span).ToArray())];
}
