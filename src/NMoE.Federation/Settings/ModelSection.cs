using NMoE.Learning.Jobs;
using NMoE.Learning.Keys;

namespace NMoE.Federation.Settings;

/// <summary>Architecture.</summary>
[Section("model")]
public sealed record ModelSection
{
    [Key("16..128", """
        Channels of ResNet-18's first stage; the latent has 8 times as many dimensions. A multiple of 16 in {range}:
        with others oneDNN pads channels for AVX-512 and at times multiplies what lay in the padding (seen: NaN in one of 500 steps).
        64 in the paper; 16 trains about ten times as fast on a CPU.
        """, Step = 16)]
    public int Width { get; init; } = 16;

    [Key("""
        The extractor's normalisation: group (8 groups), batch (running statistics are averaged with the rest) or batch-local (FedBN, Li et al., 2021: each client
        keeps its own norms, whatever comes from the aggregator).
        """)]
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
