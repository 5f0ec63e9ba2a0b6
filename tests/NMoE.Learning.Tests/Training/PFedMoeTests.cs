using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Learning.Cost;
using NMoE.Learning.Data;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;
using NMoE.Learning.Tests.Metrics;
using NMoE.Learning.Training;
using static TorchSharp.torch;

namespace NMoE.Learning.Tests.Training;

/// <summary>pFedMoE's two extractors and the gate between them, against arithmetic on paper and against what they become where one of them weighs nothing.</summary>
public sealed class PFedMoeTests
{
    private const int RowCount = 24;
    private static readonly ModelSpec Model = new(16, 10) { Extractor = "mlp-12-8", Expert = "linear", Shape = new PictureShape(1, 6, 6) };
    private static readonly ModelSpec OwnModel = Model with { Extractor = "mlp-20-8" };
    private readonly ReadOnlyMemory<byte> _shared = Drawn(Model, ModelPart.Extractor, 1);
    private readonly ReadOnlyMemory<byte> _head = Drawn(Model with { Expert = "mlp-6" }, ModelPart.Expert, 2);
    private readonly ReadOnlyMemory<byte> _own = Drawn(OwnModel, ModelPart.Extractor, 3);

    private static ModelSpec Headed => Model with { Expert = "mlp-6" };

    private static ModelSpec OwnHeaded => OwnModel with { Expert = "mlp-6" };

    /// <summary>Weights (1/4, 3/4), x = (2, 4), G = x/2 and F = x: h = (7/4, 7/2).</summary>
    [Fact]
    public void The_mixture_is_that_worked_out_by_hand()
    {
        using var scope = NewDisposeScope();
        var own = tensor(new float[] { 2, 4 }, [1, 2]);
        Assert.Equal([1.75f, 3.5f], PFedMoe.Mix(tensor(new float[] { 0.25f }, [1, 1]), tensor(new float[] { 1, 2 }, [1, 2]), own).data<float>().ToArray());
    }

    /// <summary>With scores (ln 3, 0) a_g = 3/4 and a_l = 1/4. For L = v.h with v = (2, -1), G = (1, 5) and F = (4, 3): v.(G - F) = -8, so dL/ds_g = 3/16 (-8) = -3/2, and dL/ds_l is its opposite.</summary>
    [Fact]
    public void The_gates_gradient_is_that_worked_out_by_hand()
    {
        using var scope = NewDisposeScope();
        var scores = tensor(new[] { MathF.Log(3), 0 }, [1, 2], requires_grad: true);
        var mixed = PFedMoe.Mix(PFedMoe.Shares(scores), tensor(new float[] { 1, 5 }, [1, 2]), tensor(new float[] { 4, 3 }, [1, 2]));
        (mixed * tensor(new float[] { 2, -1 }, [1, 2])).sum().backward();
        Assert.Equal(-1.5, scores.grad![0, 0].item<float>(), 1e-5);
        Assert.Equal(1.5, scores.grad![0, 1].item<float>(), 1e-5);
    }

    /// <summary>A gate fixed at (0, 1) is local training: the own extractor and the predictor are what FedCE makes of them alone, and the shared one comes back to the bit.</summary>
    [Fact]
    public void Where_the_own_one_weighs_all_it_is_local_training()
    {
        var (trained, gate) = Train(PFedMoeWeights.Own, _own);
        var alone = AnswerBlobs.Run(new FedCeFunction(), Local(OwnHeaded), _own, _head, Shard());
        Assert.Equal([_shared, alone.Blobs[1], alone.Blobs[0], gate], trained.Blobs, Same);
        Assert.Equal(alone.Metrics["loss"], trained.Metrics["loss"]);
    }

    /// <summary>At (1, 0) it is FedPer: FedCE's round on the shared extractor with the own predictor, and the own extractor comes back to the bit.</summary>
    [Fact]
    public void Where_the_shared_one_weighs_all_it_is_a_round_with_a_personal_head()
    {
        var (trained, gate) = Train(PFedMoeWeights.Shared, _own);
        var alone = AnswerBlobs.Run(new FedCeFunction(), Local(Headed), _shared, _head, Shard());
        Assert.Equal([alone.Blobs[0], alone.Blobs[1], _own, gate], trained.Blobs, Same);
        Assert.Equal(alone.Metrics["accuracy"], trained.Metrics["accuracy"]);
    }

    /// <summary>Equal extractors give equal latents, which are the mixture whatever the gate says; its gradient is exactly 0, and a step leaves it as it is. With another own one it moves.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Equal_extractors_leave_the_gate_nothing_to_learn(bool equal)
    {
        var own = equal ? _shared : Drawn(Model, ModelPart.Extractor, 4);
        var (trained, gate) = Train(PFedMoeWeights.Gate, own, Headed, batch: RowCount, epochs: 1);
        Assert.Equal(equal, Same(gate, trained.Blobs[3]));
        Assert.False(Same(_shared, trained.Blobs[0]));

        var latents = AnswerBlobs.Run(new PFedMoeLatentsFunction(), new PFedMoeLatentsParameters(Form(PFedMoeWeights.Gate, Model)), _shared, own, gate, Shard());
        Assert.Equal(equal, Same(AnswerBlobs.Run(new LatentsFunction(), new LatentsParameters(Model), _shared, Shard()).Blobs[0], latents.Blobs[0]));
    }

    /// <summary>One backward pass trains all four, and what weighs half is not what the gate says.</summary>
    [Fact]
    public void All_parts_are_trained_together()
    {
        var (trained, gate) = Train(PFedMoeWeights.Gate, _own);
        Assert.All(trained.Blobs.Zip<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>>([_shared, _head, _own, gate]), pair => Assert.False(Same(pair.Second, pair.First)));
        Assert.False(Same(trained.Blobs[0], Train(PFedMoeWeights.Half, _own).Trained.Blobs[0]));
        Assert.InRange(trained.Metrics["loss"], 0.01, 10);
    }

    /// <summary>3072 m + m + 2 m + 2 parameters of a gate on CIFAR-10; the fifth network without its head travels, in 2 660 192 bytes of parameters.</summary>
    [Theory]
    [InlineData(64, 196_802)]
    [InlineData(128, 393_602)]
    public void Gate_and_shared_extractor_have_the_parameters_of_the_paper(int hidden, int gate)
    {
        var form = new PFedMoeForm(new ModelSpec(16, 10) { Extractor = "cnn-16-32-500-500", Expert = "linear" }, new ModelSpec(16, 10) { Extractor = "cnn-16-32-2000-500" }, hidden, PFedMoeWeights.Gate);
        Assert.Equal(gate, form.Gate().Parameters.Sum(shape => shape.Count));
        Assert.Equal(2_660_192, sizeof(float) * LearningCost.Parameters(form.Model, ModelPart.Extractor, 0));
        Assert.Equal(form.Model.Latent, form.Own.Latent);
    }

    private (JobOutput Trained, ReadOnlyMemory<byte> Gate) Train(PFedMoeWeights weights, ReadOnlyMemory<byte> own, ModelSpec? ownModel = null, int batch = 8, int epochs = 2)
    {
        var form = Form(weights, ownModel ?? OwnHeaded);
        var gate = AnswerBlobs.Run(new PFedMoeInitFunction(), new PFedMoeInitParameters(form)).Blobs[1];
        return (AnswerBlobs.Run(new PFedMoeFunction(), new PFedMoeParameters(Local(Headed) with { Batch = batch, Epochs = epochs }, form), _shared, _head, own, gate, Shard()), gate);
    }

    private static PFedMoeForm Form(PFedMoeWeights weights, ModelSpec own) => new(Headed, own with { Expert = "mlp-6" }, 5, weights);

    private static FedCeParameters Local(ModelSpec model) => new(model, 0.05, 0, 0, 8, 2, 1e6, Augmentation.None, 0);

    private static bool Same(ReadOnlyMemory<byte> one, ReadOnlyMemory<byte> other) => one.Span.SequenceEqual(other.Span);

    private static ReadOnlyMemory<byte> Drawn(ModelSpec model, ModelPart part, ulong seed) =>
        InitFunction.File([.. ParameterLayout.Of(model, part, 0).Select(shape => shape with { Start = Start.Plain(4) })], seed);

    private static ReadOnlyMemory<byte> Shard() => SafeTensors.Write(
    [
        new TensorBlob("images", TensorType.U8, [RowCount, 1, 6, 6], Enumerable.Range(0, RowCount * 36).Select(i => (byte)(i * 37 % 251)).ToArray()),
        new TensorBlob("labels", TensorType.I64, [RowCount], Enumerable.Range(0, RowCount).SelectMany(row => BitConverter.GetBytes((long)(row % 10))).ToArray()),
    ]);
}
