using System.Runtime.InteropServices;
using NMoE.Chance;
using NMoE.Compute.Blobs;
using NMoE.Compute.Jobs;
using NMoE.Learning.Experts;
using NMoE.Learning.Gates;
using NMoE.Learning.Jobs;
using NMoE.Learning.Models;
using NMoE.Learning.Tests.Metrics;
using NMoE.Learning.Training;
using static TorchSharp.torch;

namespace NMoE.Learning.Tests.Gates;

/// <summary>PFL-MoE's mixture of two at home and its gate, against arithmetic on paper.</summary>
public sealed class HomeMixtureTests
{
    private const int RowCount = 24;
    private const double Share = 0.25;
    private const ulong ExpertSeed = 7;
    private const float Certain = 200;
    private static readonly ModelSpec Model = new(16, 10) { Extractor = "mlp-8", Expert = "mlp-6" };
    private static readonly ModelSpec OwnModel = Model with { Expert = "linear" };
    private static readonly int[] Held = HeldOut.Rows(ExpertSeed, Share, RowCount);

    /// <summary>z = (2, 0), z_i = (0, 1), g = 1/2, class 0: the mix is (1, 1/2), p_0 = 1 / (1 + e^-1/2), the loss -ln p_0, and dL/da = g (1 - g) sum_c (p_c - 1[c = 0]) (z_c - z_i,c).</summary>
    [Fact]
    public void Mix_loss_and_gradient_are_those_worked_out_by_hand()
    {
        using var scope = NewDisposeScope();
        var score = zeros(1, 1, requires_grad: true);
        var mixed = HomeMixture.Mix(sigmoid(score), tensor(new float[] { 2, 0 }, [1, 2]), tensor(new float[] { 0, 1 }, [1, 2]));
        Assert.Equal([1f, 0.5f], mixed.data<float>().ToArray());
        Assert.Equal(0.6224593312, nn.functional.softmax(mixed, 1)[0, 0].item<float>(), 1e-7);

        var loss = nn.functional.cross_entropy(mixed, tensor(new long[] { 0 }));
        loss.backward();
        Assert.Equal(0.4740769842, loss.item<float>(), 1e-7);
        Assert.Equal(-0.2831555016, score.grad!.item<float>(), 1e-7);
    }

    /// <summary>A gate that is certain answers as stage 1's model does, or as the client's expert, to the bit; where both say the same, whatever it says.</summary>
    [Theory]
    [InlineData(HomeInput.Features)]
    [InlineData(HomeInput.Picture)]
    public void A_certain_gate_leaves_one_of_the_two(HomeInput input)
    {
        var (shared, own) = (Head(Model, 1), Head(OwnModel, 2));
        Assert.Equal(Logits(Model, shared), Mixed(input, Certain, OwnModel, shared, own));
        Assert.Equal(Logits(OwnModel, own), Mixed(input, -Certain, OwnModel, shared, own));
        Assert.Equal(Logits(Model, shared), Mixed(input, 0.3f, Model, shared, shared));
        Assert.NotEqual(Logits(Model, shared), Mixed(input, 0.3f, OwnModel, shared, own));
    }

    /// <summary>Equal predictors: the gate's gradient is exactly 0, and so it is what it began as.</summary>
    [Theory]
    [InlineData(HomeInput.Features, 8)]
    [InlineData(HomeInput.Picture, 3072)]
    public void Where_both_say_the_same_the_gate_learns_nothing(HomeInput input, int seen)
    {
        var form = new HomeForm(Model, Model, input);
        var layout = ParameterLayout.Of(form.GateSpec(), ModelPart.Gate, 1);
        Assert.Equal(seen + 1, layout.Sum(shape => shape.Count));
        var trained = Train(form, Head(Model, 1), Head(Model, 1), Labels(), decay: 0);
        Assert.Equal(InitFunction.File(layout, 1).ToArray(), trained.Blobs[0].ToArray());
        Assert.NotEqual(trained.Blobs[0].ToArray(), Train(form, Head(Model, 1), Head(Model, 1), Labels(), decay: 0.1).Blobs[0].ToArray());
    }

    /// <summary>Labels are those that the shared predictor gives on the rows that were held out, and the own one's on the others: the gate learns of the first alone.</summary>
    [Theory]
    [InlineData(HomeInput.Features)]
    [InlineData(HomeInput.Picture)]
    public void It_learns_from_the_rows_that_were_held_out_alone(HomeInput input)
    {
        var form = new HomeForm(Model, OwnModel, input);
        var (shared, own) = (Head(Model, 1), Head(OwnModel, 2));
        var (ofShared, ofOwn) = (Best(Logits(Model, shared)), Best(Logits(OwnModel, own)));
        long[] labels = [.. Enumerable.Range(0, RowCount).Select(row => Held.Contains(row) ? ofShared[row] : ofOwn[row])];
        long[] opposite = [.. Enumerable.Range(0, RowCount).Select(row => Held.Contains(row) ? ofOwn[row] : ofShared[row])];
        long[] elsewhere = [.. Enumerable.Range(0, RowCount).Select(row => Held.Contains(row) ? ofShared[row] : (ofOwn[row] + 1) % 10)];

        var trained = Train(form, shared, own, labels);
        Assert.True(trained.Metrics["share"] > 0.5 && trained.Metrics["share"] > Train(form, shared, own, opposite).Metrics["share"] + 0.1, $"{trained.Metrics["share"]}");
        Assert.Equal(trained.Blobs[0].ToArray(), Train(form, shared, own, elsewhere).Blobs[0].ToArray());
    }

    [Fact]
    public void An_expert_that_held_none_out_leaves_nothing_to_learn_from() => Assert.Contains(
        "held out 0.01 of 24 rows left none", Assert.Throws<InvalidDataException>(() => Train(new(Model, OwnModel, HomeInput.Features), Head(Model, 1), Head(OwnModel, 2), Labels(), holdout: 0.01)).Message, StringComparison.Ordinal);

    /// <summary>Without patience all epochs are trained, and what was held out says nothing: other labels there give the same expert. With it they choose the epoch.</summary>
    [Theory]
    [InlineData(0, true)]
    [InlineData(2, false)]
    public void An_expert_without_patience_never_asks_the_rows_that_it_held_out(int patience, bool same)
    {
        long[] other = [.. Labels().Select((label, row) => Held.Contains(row) ? (label + 3) % 10 : label)];
        var (one, two) = (Expert(Labels(), patience), Expert(other, patience));
        Assert.Equal(same, one.Blobs[0].Span.SequenceEqual(two.Blobs[0].Span));
        Assert.Equal(same, one.Metrics["epochs"] == 40);
    }

    private static JobOutput Expert(long[] labels, int patience) => new ExpertFunction().Run(new(
        LearningJob.Create(new ExpertParameters(OwnModel, 0.1, 8, 40, Share, patience), ExpertSeed),
        [Head(OwnModel, 2), AnswerBlobs.Scores("latents", Model.Latent, Latents()), AnswerBlobs.Shard(labels)], CancellationToken.None));

    private static JobOutput Train(HomeForm form, ReadOnlyMemory<byte> shared, ReadOnlyMemory<byte> own, long[] labels, double decay = 0.0005, double holdout = Share) => AnswerBlobs.Run(
        new HomeGateFunction(), new HomeGateParameters(form, holdout, ExpertSeed, 0.05, decay, 4, 60), shared, own, AnswerBlobs.Scores("latents", Model.Latent, Latents()), AnswerBlobs.Shard(labels));

    private static float[] Mixed(HomeInput input, float bias, ModelSpec ownModel, ReadOnlyMemory<byte> shared, ReadOnlyMemory<byte> own)
    {
        var form = new HomeForm(Model, ownModel, input);
        var gate = SafeTensors.Write([Tensor("bias", [1], [bias]), Tensor("weight", [1, form.GateSpec().Latent], new float[form.GateSpec().Latent])]);
        return Floats(AnswerBlobs.Run(
            new HomeMixtureFunction(), new HomeMixtureParameters(form), gate, shared, own, AnswerBlobs.Scores("latents", Model.Latent, Latents()), AnswerBlobs.Shard(Labels())));
    }

    private static float[] Logits(ModelSpec model, ReadOnlyMemory<byte> head) =>
        Floats(AnswerBlobs.Run(new ExpertLogitsFunction(), new ExpertLogitsParameters(model), head, AnswerBlobs.Scores("latents", Model.Latent, Latents())));

    private static float[] Floats(JobOutput output) => MemoryMarshal.Cast<byte, float>(SafeTensors.Read(output.Blobs[0])["logits"].Data.Span).ToArray();

    private static long[] Best(float[] logits) => [.. logits.Chunk(10).Select(row => (long)Array.IndexOf(row, row.Max()))];

    /// <summary>A head of drawn parameters, none of them at its silent start.</summary>
    private static ReadOnlyMemory<byte> Head(ModelSpec model, uint number)
    {
        var draws = new Draws(number, (uint)DrawPurpose.Parameter, 8);
        return SafeTensors.Write(ParameterLayout.Of(model, ModelPart.Expert, 0).Select(shape => Tensor(
            shape.Name, [.. shape.Shape], [.. Enumerable.Range(0, (int)shape.Count).Select(_ => (float)((4 * draws.Next()) - 2))])));
    }

    private static long[] Labels() => [.. Enumerable.Range(0, RowCount).Select(row => (long)(row % 10))];

    private static float[] Latents()
    {
        var draws = new Draws(1, (uint)DrawPurpose.Parameter, 9);
        return [.. Enumerable.Range(0, RowCount * Model.Latent).Select(_ => (float)draws.Next())];
    }

    private static TensorBlob Tensor(string name, long[] shape, float[] values) => new(name, TensorType.F32, [.. shape], MemoryMarshal.AsBytes(values.AsSpan()).ToArray());
}
