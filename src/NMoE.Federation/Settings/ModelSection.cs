using NMoE.Learning.Keys;
using NMoE.Learning.Models;

namespace NMoE.Federation.Settings;

/// <summary>Architecture.</summary>
[Section("model")]
public sealed record ModelSection
{
    [Key("""
        The shared feature extractor F: resnet18 (He et al., 2016, with a 3x3 stem and no max-pool), resnet18-imagenet (torchvision's stem of 7x7 and max-pool), resnet8 (three stages of one block),
        cnn (McMahan et al., 2017: two 5x5 convolutions of 32 and 64, and a layer of 512; cnn-6-16-120-84 has those channels and layers and no margins), lenet5 (LeCun et al., 1998: tanh and means), lenet5-relu (its sizes with ReLU and max-pool, as in
        PyTorch's tutorial and BlazeFL), mlp (McMahan et al.'s 2NN: two layers of 200; mlp-300-100 has those widths), linear (pixels as latents: nothing to learn) or vit-tiny (DeiT's
        smallest size on patches of 4x4).
        """)]
    public string Extractor { get; init; } = ResNet18.ModelName;

    [Key("""
        Each client's expert, and stage 1's predictor: mlp4 (the paper's: hidden layers of 512, 256 and 128), mlp-64-32 (hidden layers of those widths) or linear (one layer, logistic
        regression on the latents; with the extractor linear, on the pixels).
        """)]
    public string Expert { get; init; } = Mlp4.ModelName;

    [Key("16..128", """
        Channels of a residual network's first stage; the latent has 8 times as many dimensions (resnet8: 4 times). A multiple of 16 in {range}:
        with others oneDNN pads channels for AVX-512 and at times multiplies what lay in the padding (seen: NaN in one of 500 steps).
        64 in the paper; 16 trains about ten times as fast on a CPU.
        """, Step = 16)]
    [When("a residual network in model.extractor")]
    public int Width { get; init; } = 16;

    [Key("""
        The extractor's normalisation: group (8 groups), batch (running statistics are averaged with the rest) or batch-local (FedBN, Li et al., 2021: each client
        keeps its own norms, whatever comes from the aggregator).
        """)]
    [When("a residual network in model.extractor")]
    public NormRule Norm { get; init; } = NormRule.Group;

    [Key("""
        What the extractor computes in: fp32, or bf16 (activations and what flows back through them in bfloat16; parameters, their gradients, steps and latents stay
        fp32). Faster where the CPU multiplies bf16 itself (NMOE_ISA=avx512-bf16; nmoe doctor says so), slower elsewhere.
        """, Choices = "fp32 bf16")]
    public Precision Precision { get; init; } = Precision.Float32;
}

/// <summary>The extractor's normalisation, and who owns it.</summary>
public enum NormRule
{
    /// <summary>Group norm, averaged.</summary>
    Group,

    /// <summary>Batch norm, averaged with its running statistics.</summary>
    Batch,

    /// <summary>Batch norm that stays with each client (FedBN; Li et al., 2021).</summary>
    BatchLocal,
}
